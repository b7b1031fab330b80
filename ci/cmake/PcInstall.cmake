# What 'cmake --install' copies: the program, the data it looks for beside it (base/share.h), man pages.
include(GNUInstallDirs)

# The pages come from the option tables of the commands, so they cannot disagree with the program.
set(PC_MAN_DIR ${PROJECT_BINARY_DIR}/man)
add_custom_command(OUTPUT ${PC_MAN_DIR}/presscheck.1
	COMMAND ${CMAKE_COMMAND} -E rm -rf ${PC_MAN_DIR}
	COMMAND ${CMAKE_COMMAND} -E make_directory ${PC_MAN_DIR}
	COMMAND presscheck help --man-dir ${PC_MAN_DIR}
	DEPENDS presscheck VERBATIM)
add_custom_target(man ALL DEPENDS ${PC_MAN_DIR}/presscheck.1)

set(PC_SHARE ${CMAKE_INSTALL_DATADIR}/presscheck)
install(TARGETS presscheck RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY profiles/ DESTINATION ${PC_SHARE}/profiles
	FILES_MATCHING PATTERN "*.yaml" PATTERN "*.json")
install(DIRECTORY conformance/masks/std/ DESTINATION ${PC_SHARE}/masks FILES_MATCHING PATTERN "*.mask")
install(FILES simulator/fleet/openapi.json DESTINATION ${PC_SHARE})
install(DIRECTORY mibs/ DESTINATION ${PC_SHARE}/mibs FILES_MATCHING PATTERN "*.txt")
install(DIRECTORY ${PC_MAN_DIR}/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1
	FILES_MATCHING PATTERN "*.1")
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES README.md DESTINATION ${CMAKE_INSTALL_DOCDIR} OPTIONAL)

add_test(NAME install COMMAND ${PROJECT_SOURCE_DIR}/ci/check-install.sh ${PROJECT_BINARY_DIR})
set_tests_properties(install PROPERTIES LABELS system TIMEOUT 60)
