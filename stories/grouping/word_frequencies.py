"""Document frequencies of common English stems in news.

Counted once over a year of headlines and teasers; what is not here is rare.
"""

from typing import Final

_SHARES: Final = {
    0.02: """
        about accord after agains all americ and announ are attack back been before being
        but call can champi china city claim contin cost could countr court crisi day death
        down dur end europe family fight final find first follow for forc former found from
        get govern had has have help her here high his hit home house how into invasi invest
        its just kill know last leader life like liv long look made mak make man many may
        millio minist monday month more most nation need new not now off offici old one open
        other out over part people plan police presid record report right said say see set
        she show since some star start state tak tell test than that the their them there
        they thi three time tuesda two under unit video want war warn was watch way week
        were what when where which while who why will win with women work world would year
        you your
    """,
    0.01: """
        accus acros action actor again ago ahead air almost also amid among anothe appear
        around ask author away beat becaus become behind best betwee big bigges bill billio
        black border break bring build busine campai car case caus celebr challe chang
        change charg chief childr chines climat com come commit commun compan concer contro
        crash critic cup cut dead deal decisi democr despit die died discus due early econom
        electi energy euro even event ever expect experi expert explai fac face fall fan far
        fear feel film fire five flight food footba four friday front gam game global going
        good group grow happen head health hear him histor hospit host hour includ increa
        india intern januar join keep key larges latest launch law lead league least left
        live lockdo los lost major mark match media meet member men might milita miss moment
        mother move much murder near nearly next night north number offer office olympi only
        order our own pandem party past pay person place play player point politi post power
        pric prime produc protes public put questi reach read releas remain republ reside
        respon return reveal ris rise risk round rul run saturd school season second secret
        securi seri seven shar shoot should sign six social south speak sport staff stat
        still stop story street strugg summer sunday suppor take taken talk target team
        these thing think those thousa threat throug thursd tim told took top train travel
        try turn use used visit vladim water wednes well west white winter woman york young
    """,
    0.005: """
        aborti abuse acces accoun act activi add admini affect afghan africa age agency aid
        aim airlin airpor alleg allow alread analys andrew answer anti any apolog app area
        arm arrest art artist assaul attemp attorn award baby ban bank bas battle became
        becom begin beij believ better bid block body bomb book bos both boy buy califo
        canada cancel candid cant capita capito captur care career cas center centra centur
        ceo chance child chri citi civili clear clos close club coast collap collec commen
        common compet comple condit confir confli conser consid county cover creat danger
        data daught david deadly decad defeat defend defens delay delive demand depart
        descri destro detail devast develo did differ direct discov disrup djokov doctor
        docume doe doesnt dog dont dozen dramat dream driv driver drug each east easter
        effort eight electr elon emotio employ enough enter evacua every everyt eviden
        extrem eye fail famili fashio father featur federa few finall fir firm flee flood
        florid fly footag force foreig form fourth france free french friend fuel full fund
        furthe future gas genera german gett giant girl giv give given goal goe gold got
        grand great gun half hand hard hav headli heart heat heatwa held highes highli hold
        hom hop hope huge human hundre husban imag impact import incide indian indust inflat
        injur inside intere interv irelan island israel issu jail jam japan job john journa
        jubile judge july june justic kid known korea land large late later learn leav leave
        led legal les let level light likely limit line link list little liverp local longer
        lot love low manage manche march market mas massiv mean medica messag met missil
        money morn mov mps multip music must nam name nato neighb netfli never northe nuclea
        often oil once online organi oscar outsid owner paper parent pari park parti passen
        perfor photo photog pictur plann plant platfo popula positi possib potent powerf
        prepar presen pressu price prince prison privat proble projec protec provid pull
        push quarte race rais rare react real really receiv recent recove red refuge region
        relati resear restri result review river road rock role row royal runn safety same
        sancti saudi save scient scotla sea search seek seen select self sell semi send
        senior senten servic severa sex sexual shell shock shot side sie singer small soar
        soldie someth son soon southe space spark specia speech spend spread stage stand
        statem statio stay step stock storm strik strike studen study succes such suffer
        sugges suprem surpri surviv suspec suspen system taiwan tax tech teenag temper tenni
        tensio term texa then third though title today tom too tory tour toward town track
        tri trial trip troop twitte union univer until urg user using vaccin very victim
        victor view violen vot vote wait wal walk weapon weathe weeken went wester whethe
        whose wife winn winner within withou won wont worker worst yet zealan
    """,
    0.0025: """
        abando able above actres actual addres admit adult advice advise aged agent agre
        agreem aircra aktual alert alex alexan allega allege alli along alway amazon amber
        ancien angel anger animal annive annual anyth appeal apple approa april arent army
        arriv ash asia asian associ athlet attend attent auctio august availa avoid backla
        bad band bann beach bear began behavi ben beyond birmin birth birthd bit blog blood
        blow board boat bodi boost born bought bowl box brand brazil breach brexit bridge
        broadc broke broken brothe brough brown brutal built burn came camera camp canadi
        cancer cannot captai carry cast catch caught cause centre ceremo certai chain channe
        chao charac charge charit charl check chelse christ church citize civil clash classi
        clean closer cloth coach cold collea comedi comman commis compla condem conduc
        confer confid confro congre connec conspi consum contai conten contes contra convic
        cool corona corres counci count counte couple course create crew cricke crim crime
        crimin cros crowd crown cultur curren custom dad daily damag damage dat date debate
        debut decade decemb decid declar deep defenc deni deputy design desper detain diagno
        didnt diffic digita diplom disapp disast diseas disney displa distri doing dollar
        domest domina donba done door double drama draw drink drone drop dropp drough duke
        earlie earth eat edge educat effect elemen emerg emerge emma englis entire enviro
        episod era escala escap escape everyo exchan exclus execut exerci exhibi explos
        extend extra facebo facili fact fake false famou farmer fast fbi februa fell felt
        female festiv field fifth fighte figur figure fil fill fin financ finish fish fix
        fled focu forest formul forwar founde fox freedo fresh frustr funera gain garden
        gather gave gay gender george georgi globe golden golf gone google gop grant gray
        greate green ground growth guard guide guilty hall halt happy harry hate heavy hero
        hidden higher highly hill himsel holida hollyw hong horror hot hotel hous househ
        html http hunt hurt ice iconic idea identi illega image incred indepe indige infect
        influe inform injuri injury inspir instag instea insurr intell intens introd invad
        involv iran isnt issue italia italy item ithard itself ive jack jackso jak jake jan
        japane jeanne jest jet jim johnny jon journe jump jury kharki kick killer kim kind
        king kong korean kremli labour lack lago langua lanka lawmak lawsui lawyer leak leg
        legend legisl letter lewi lie lift lin liz loom lose lov macron madrid maker mar
        martin mask master matter max measur medal mental mexico michae micros middle migran
        mil mind minut mis missio mix model modern mom moo moon mount mounta moveme movie
        mum muslim myster nasa natura navy negoti networ newspa nfl nhs nick nie nigeri nine
        nomina non noth novak novemb obtain ocean ongo onto operat opinio opport opposi
        origin outbre overtu pacifi pack pag paid pain paint pair pakist palace panel parlia
        partic partne partyg pass patien paul peace pelna pelosi perfec period pet phone
        pick pilot plac plane planet platin plead pledg plu podcas poland policy poll pop
        port predic pregna pres preven previo primar pro probe proces profes profit progra
        progre promis prompt proper prosec publis putt quickl quit rac radio rail rain raise
        rally range rape rat rate reacti ready realit reason recall recogn reduce reflec
        refus regula reject relat rememb remov reopen rep replac repres reques rescu rescue
        resign resort rest restau retir rich richar ring riot rishi rival robert rocket roe
        roll room ros rule safe sal sale san satell sav saw scanda scen scene scor scott
        scotti seat seem seiz sen senate sent separa seriou serv severe shangh share shelte
        shift ship shop short shorta shut signal signif single sir sister sit site situat
        sky slam sleep slow smith snow sold someon song sound sourc source spain speake
        spent spoke spot spr sri stadiu statu stopp store stori straig strang strate stream
        strong strony struck stunn style sue summit sunak super superm suppli supply surge
        sustai sweden sweep sympto tackle taliba tank taylor teache tear techno teen ten
        territ tesla testim thank themse theyre ticket tie tiktok tiny tip togeth touch
        touris tourna trade tradit traffi transf transp trapp treat treatm trend tribut
        trigge truck true trus trust truth tweet unders unprec unusua unveil upcom updat
        uvalde vehicl versio vetera villag viral virgin viru visa volody volunt voter vow
        vulner wade wall warm washin wave wear weigh welcom wersja wild wildfi wimble wind
        window withdr wood word worri worse worth wound writ wrong youre youtub zero
    """,
}
COMMON: Final = {stem: share for share, stems in _SHARES.items() for stem in stems.split()}
