#include "dialects/Interfaces/Interfaces.h"

#include "dialects/Interfaces/AttrInterfaces.cpp.inc"
#include "dialects/Interfaces/Interfaces.cpp.inc"
