# pc_embed(OUT FILE...): a C file with the bytes of each FILE as `const unsigned char pc_embed_NAME[]` and its
# length `pc_embed_NAME_len`, NAME being the file's name with '_' for what no identifier may hold.
# OUT is set to the C file, for the sources of a room.
if(CMAKE_SCRIPT_MODE_FILE)
	set(text "/* Made by ci/cmake/PcEmbed.cmake. */\n#include <stddef.h>\n\n")
	foreach(f IN LISTS FILES)
		get_filename_component(name "${f}" NAME)
		string(MAKE_C_IDENTIFIER "pc_embed_${name}" id)
		file(READ "${f}" hex HEX)
		string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
		string(APPEND text "extern const unsigned char ${id}[];\nextern const size_t ${id}_len;\n"
			"const unsigned char ${id}[] = {${bytes}};\nconst size_t ${id}_len = sizeof(${id});\n")
	endforeach()
	file(WRITE "${OUT}" "${text}")
	return()
endif()

set(PC_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})
function(pc_embed out)
	set(c ${CMAKE_CURRENT_BINARY_DIR}/embedded.c)
	set(files)
	foreach(f IN LISTS ARGN)
		list(APPEND files ${CMAKE_CURRENT_SOURCE_DIR}/${f})
	endforeach()
	add_custom_command(OUTPUT ${c} DEPENDS ${files} ${PC_EMBED_SCRIPT} VERBATIM
		COMMAND ${CMAKE_COMMAND} "-DFILES=${files}" -DOUT=${c} -P ${PC_EMBED_SCRIPT})
	set(${out} ${c} PARENT_SCOPE)
endfunction()
