// What a program that links the shared library may use; everything else is hidden in it.
#pragma once

#define ISR_API __attribute__((visibility("default")))
