# Writes live_engine(): cmake -DENGINE=folder or empty -DOUTPUT=… -P engine.cmake
set(text "#include \"report/live_page.h\"\n")
if(ENGINE)
  foreach(part script module)
    set(file_script ${ENGINE}/engine.js)
    set(file_module ${ENGINE}/engine.wasm)
    string(APPEND text "asm(\".section .rodata\\n.balign 16\\nisr_engine_${part}:\\n.incbin \\\"${file_${part}}\\\"\\n\"\n"
           "    \"isr_engine_${part}_end:\\n.byte 0\\n.previous\\n\");\n"
           "extern const std::uint8_t isr_engine_${part}[], isr_engine_${part}_end[];\n")
  endforeach()
  set(body "{{isr_engine_script, isr_engine_script_end}, {isr_engine_module, isr_engine_module_end}}")
else()
  set(body "{}")
endif()
string(APPEND text "isr::LiveEngine isr::live_engine() {\n  return ${body};\n}\n")
file(WRITE ${OUTPUT} "${text}")
