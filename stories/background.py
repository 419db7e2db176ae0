"""How common English news words are: the share of news items that have a word of this stem.

Counted once over a year of headlines and teasers; what is not here is rare.
"""

from typing import Final

_SHARES: Final = {
    0.02: """
        about accord after against all america and announc are attack back been before being
        but call can champio china city claim continu cost could country court crisi day
        death down dur end family fight final find first follow for forc former found from
        get governm had has have help her here high his hit home house how into invasio
        investi its just kill know last leader life like liv long look made mak make man
        many may million ministe monday month more most need new not now off officia old one
        open other out over part people plan police preside record report right said say see
        set she show since some star start state tak tell test than that the their them
        there they thi three time tuesday two under unit video want war warn was watch way
        week were what when where which while who why will win with women work world would
        year you your
    """,
    0.01: """
        accus acros action actor again ago ahead air almost also amid among another appear
        around ask authori away beat because become behind best between big biggest bill
        billion black border break bring build busines campaig car case caus celebra challen
        chang change charg chief childre chinese climate com come committ communi company
        concern control crash cup cut dead deal decisio democra despite die died due early
        electio energy euro europe europea even event ever expect experie expert explain fac
        face fall fan far fear feel film fire five flight food footbal four friday front gam
        game global going good group grow happen head health hear him history hospita host
        hour includ increas india interna january join keep key largest latest launch law
        lead league least left live lockdow los lost major mark match media meet member men
        might militar miss moment mother move much murder nation nationa near nearly next
        night north number offer office olympic only order our own pandemi party past pay
        place play player point politic post power pric prime protest public put questio
        reach read releas remain republi residen respons return reveal ris rise risk round
        rul run saturda school season second securit seri seven shar shoot should sign six
        social south speak sport staff stat still stop story street struggl summer sunday
        support take taken talk target team these thing think those thousan through thursda
        tim told took top train travel try turn use used visit vladimi water wednesd well
        west white winter woman york young
    """,
    0.005: """
        abortio abuse acces account act activis add adminis affect afghani africa age agency
        aid aim airport alleg allow already analysi andrew answer anti any apologi app area
        arm arrest art artist assault attempt attorne award baby ban bank bas battle became
        becom begin beij believ better bid block body bomb book bos both boy buy califor
        canada candida cant capital capitol captur care career cas center central century
        ceo child chri citi civilia clear clos close club coast collaps collect comment
        commonw compani competi complet conditi confirm conflic conserv conside controv
        countri county cover creat critici data daughte david deadly decad defeat defend
        defense delay deliver demand departm describ destroy detail devasta develop did
        differe directo discove discus discuss disrupt djokovi doctor documen doe doesnt dog
        dont dozen dramati dream driv driver drug each east eastern economi economy effort
        eight electri elon emotion employe enough enter evacuat every everyth evidenc
        extreme eye fail famili fashion father featur federal few finally fir firm flee
        flood florida fly footage force foreign form fourth france free french friend fuel
        full fund further future gas general germany gett giant girl giv give given goal goe
        gold got grand great gun half hand hard hav headlin heart heat heatwav held highest
        highlig histori hold hom hop hope huge human hundred husband imag impact importa
        inciden indian industr inflati injur inside interes interne intervi ireland island
        issu jail jam japan job john journal jubilee judge july june justice kid known korea
        land large late later leaders learn leav leave led legal les let level light likely
        limit line link list little liverpo local longer lot love low manager manches march
        market mas massive mean medical met money morn mov mps multipl music must nam name
        nato neighbo netflix never norther nuclear officer often oil once online oscar
        outside owner paper parent pari park parti passeng perform person persona photo
        photogr pictur plann plant platfor popular possibl potenti powerfu prepar present
        pressur price prince prison private problem product project protect pull push
        quarter race rais rare react real really receiv recent recover red refuge region
        relatio release reporte researc respond restric result review river road rock role
        row royal runn safety same sanctio saudi save scienti scotlan sea search secret
        secreta seek seen self sell semi send senior sentenc service several sex sexual
        shell shock shot side sie singer small soar soldier someth son soon souther space
        spark special speech spend spread stage stand stateme station stay step stock storm
        strik strike student study such suffer suggest supreme surpris suspect suspend
        system taiwan tax tech teenage tempera tenni tension term texa then third thought
        threat threate title today tom too tory tour toward town track tri trial trip troop
        twitter union univers until urg user using very victim victory view violenc vot vote
        wait wal walk weapon weather weekend went western whether whose wife winn winner
        within without won wont worker worst yet zealand
    """,
    0.0025: """
        abandon able above actres actuall addres admit adult advice adviser african aged
        agent agre agreeme aircraf airlin airline aktualn alert alex alexand allegat alleged
        alli along alway amazon amber analyst ancient angel anger animal anniver annual
        anyth appeal appeara apple approac april arent army arriv ash asia asian associa
        athlet attend attenti auction august author availab avoid backlas bad band bann
        beach bear began behavio believe ben beyond birming birth birthda bit blog blood
        blow board boat bodi boost born bought bowl box brand brazil breach brexit bridge
        broadca broke broken brother brought brown brutal built burn came camera camp
        canadia cancel cancell cancer cannot captain carry cast catch caught cause centre
        ceremon certain chain chance chancel channel chao charact charge charity charl check
        chelsea christi church citizen civil clash classic clean closer cloth coach cold
        colleag comedia command commiss common compete complai condemn conduct confere
        confide confron congres connect conspir consume contain content contest contrac
        convict cool coronav corresp council count counter couple course create crew cricket
        crim crime crimina critic critica cros crowd crown culture current custome dad daily
        damag damage danger dangero dat date debate debut decade decembe decid declar deep
        defence deni deputy design despera detain diagnos didnt difficu digital diploma
        direct disappe disaste disease disney display distric doing dollar domesti dominat
        donba done door double drama draw drink drone drop dropp drought duke earlier earth
        eat edge educati effect element emerg emergen emma english entire environ episode
        era escalat escap escape everyon exchang exclusi executi exercis exhibit explosi
        extend extra faceboo facilit fact fake false familia famou farmer fast fbi feature
        februar fell felt female festiva field fifth fighter figur figure fil fill fin
        financi finish fish fix fled focu forest formula forward founder fox freedom fresh
        frustra funeral gain garden gather gave gay gender generat george georgia german
        globe golden golf gone google gop governo grant gray greates green ground growth
        guard guide guilty hall halt happy harry hate heavy hero hidden higher highly hill
        himself holiday hollywo hong horror hot hotel hous househo html http hunt hurt ice
        iconic idea identif illegal image import incredi indepen indigen infecti influen
        informa injuri injury inspir instagr instead insurre intelli intensi introdu invad
        investo involv iran isnt israel israeli issue italian italy item ithardw itself ive
        jack jackson jak jake jan japanes jeanne jest jet jim johnny jon journey jump jury
        kharkiv kick killer kim kind king kong korean kremlin labour lack lago languag lanka
        lawmake lawsuit lawyer leak leg legend legisla letter lewi lie lift lin liz loom
        lose lov macron madrid maker mar martin mask master matter max measur medal mental
        messag message mexico michael microso middle migrant mil mind ministr minut mis
        missil missile mission mix model modern mom moo moon mount mountai movemen movie mum
        muslim mystery nasa natural navy negotia network newspap nfl nhs nick nie nigeria
        nine nominat non noth novak novembe obtain ocean ongo onto operati opinion opportu
        opposit organis organiz origina outbrea overtur pacific pack pag paid pain paint
        pair pakista palace panel parliam partici partner partyga pass patient paul peace
        pelna pelosi perfect period pet phone pick picture pilot plac plane planet platinu
        plead pledg plu podcast poland policy poll pop populat port positio positiv predict
        pregnan prepare pres prevent previou primary prisone pro probe proces produc produce
        profess profit program progres promis prompt propert prosecu provid provide publish
        putt quickly quit rac radio rail rain raise rally range rape rat rate reactio ready
        reality reason recall recentl recogni reduce reflect refugee refus regulat reject
        relat remembe remov reopen rep replace represe request rescu rescue resign resort
        rest restaur retir rich richard ring riot rishi rival robert rocket roe roll room
        ros rule safe sal sale san satelli sav saw scandal scen scene scor scott scottis
        seat seem seiz select selecti sen senate sent separat seriou serv servic severe
        shangha share shelter shift ship shop short shortag shut signal signifi single sir
        sister sit site situati sky slam sleep slow smith snow sold someone song sound sourc
        source spain speaker spent spoke spot spr sri stadium statu stopp store stori
        straigh strange strateg stream striker strong strony struck stunn style succes
        success sue summit sunak super superma suppli supply surge surviv survivo sustain
        sweden sweep symptom tackle taliban tank taylor teacher tear technol teen ten
        territo tesla testimo thank themsel theyre though ticket tie tiktok tiny tip togethe
        touch tourist tournam trade traditi traffic transfo transpo trapp treat treatme
        trend tribute trigger truck true trus trust truth tweet underst unprece unusual
        unveil upcom updat uvalde vaccina vaccine vehicl version veteran village violent
        viral virgini viru visa volodym volunte voter vow vulnera wade wall warm washing
        wave wear weigh welcome wersja wild wildfir wimbled wind window withdra wood word
        worri worse worth wound writ wrong youre youtube zero
    """,
}
COMMON: Final = {stem: share for share, stems in _SHARES.items() for stem in stems.split()}
