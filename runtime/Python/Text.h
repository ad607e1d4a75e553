// Python's text of values: str(), repr(), format().

#ifndef INGOT_RUNTIME_PYTHON_TEXT_H
#define INGOT_RUNTIME_PYTHON_TEXT_H

#include "runtime/Python/Value.h"

#include <string>

namespace ingot::runtime {

/// The shortest digits that give the same double; "1e-05", "0.1", "1e+16", "3.0".
std::string floatText(double value);
/// The same for a float, as NumPy writes a float32.
std::string float32Text(float value);

std::string repr(const Value &value);
std::string str(const Value &value);

/// format(value, spec) in the whole format specification mini-language of Python 3.11 for int,
/// float and str. Throws PythonError as Python raises ValueError or TypeError.
std::string formatValue(const Value &value, const std::string &spec);

/// An f-string's field: conversion ("", "s", "r", "a"), ':', spec.
std::string formatField(const Value &value, const std::string &conversionAndSpec);

} // namespace ingot::runtime

#endif
