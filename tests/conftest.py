"""What holds for all tests."""

from hypothesis import settings

# A busy machine is no failure.
settings.register_profile("backchannel", deadline=None)
settings.load_profile("backchannel")
