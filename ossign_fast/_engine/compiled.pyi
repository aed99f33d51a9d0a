from .reference import *
from .reference import Job as Job
from .reference import SigningKey as SigningKey
from .reference import __all__ as __all__
