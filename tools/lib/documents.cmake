# The manual page and the completions of shells, made by the program from the declarations of its options.
function(isr_document form file destination)
  set(output ${CMAKE_BINARY_DIR}/documents/${file})
  set(pack cat)
  if(file MATCHES "\\.gz$")
    set(pack "gzip -9n")
  endif()
  add_custom_command(OUTPUT ${output} DEPENDS isr VERBATIM
                     COMMAND sh -c "\"$1\" help --as ${form} >\"$2.tmp\" && ${pack} <\"$2.tmp\" >\"$2\" && rm \"$2.tmp\""
                             sh $<TARGET_FILE:isr> ${output})
  set_property(GLOBAL APPEND PROPERTY ISR_DOCUMENTS ${output})
  install(FILES ${output} DESTINATION ${destination} COMPONENT program)
endfunction()

file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/documents)
isr_document(man isr.1.gz ${CMAKE_INSTALL_MANDIR}/man1)
isr_document(bash isr ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
isr_document(zsh _isr ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)  # where Debian's zsh looks
isr_document(fish isr.fish ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
get_property(documents GLOBAL PROPERTY ISR_DOCUMENTS)
add_custom_target(isr_documents ALL DEPENDS ${documents})
