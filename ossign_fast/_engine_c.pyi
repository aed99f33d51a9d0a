from ._engine_py import *
from ._engine_py import Job as Job
from ._engine_py import SigningKey as SigningKey
from ._engine_py import __all__ as __all__
