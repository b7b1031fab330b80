# pc_room(): a room is one directory and one static library; this is its whole build file.
add_library(pc_flags INTERFACE)
target_compile_features(pc_flags INTERFACE c_std_17)
target_compile_definitions(pc_flags INTERFACE _GNU_SOURCE)
target_compile_options(pc_flags INTERFACE
	-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
	-Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition
	-Wpointer-arith -Wcast-qual -Wwrite-strings -Wformat=2 -Wundef
	-Wvla -Wimplicit-fallthrough -Wswitch-enum $<$<C_COMPILER_ID:GNU>:-Wno-format-truncation>
	$<$<BOOL:${PC_WERROR}>:-Werror>
	-fno-common -fstack-protector-strong)
foreach(s IN LISTS PC_SANITIZE)
	target_compile_options(pc_flags INTERFACE -fsanitize=${s} -fno-omit-frame-pointer
		-fno-sanitize-recover=all)
	target_link_options(pc_flags INTERFACE -fsanitize=${s})
endforeach()

# One ctest entry per test file, in a network of its own; LABELS and a bound in time are never left out.
function(pc_test room file)
	cmake_path(GET file STEM stem)
	add_executable(${room}_${stem} ${file})
	target_link_libraries(${room}_${stem} PRIVATE pc::${room} pc_flags PkgConfig::CMOCKA ${ARGN})
	target_compile_definitions(${room}_${stem} PRIVATE
		PC_SOURCE_DIR="${PROJECT_SOURCE_DIR}" PC_ROOM_DIR="${CMAKE_CURRENT_SOURCE_DIR}")
	add_test(NAME ${room}/${stem}
		COMMAND ${PROJECT_SOURCE_DIR}/ci/own-network $<TARGET_FILE:${room}_${stem}>)
	set_tests_properties(${room}/${stem} PROPERTIES LABELS unit TIMEOUT 60)
endfunction()

# With libFuzzer, or as a replay of the stored corpus in plain ctest.
function(pc_fuzz room name)
	add_executable(fuzz_${name} tests/fuzz_${name}.c)
	target_link_libraries(fuzz_${name} PRIVATE pc::${room} pc_flags ${ARGN})
	if(PC_FUZZ)
		target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
	else()
		target_sources(fuzz_${name} PRIVATE ${PROJECT_SOURCE_DIR}/ci/fuzz/replay.c)
		add_test(NAME ${room}/corpus_${name}
			COMMAND fuzz_${name} ${CMAKE_CURRENT_SOURCE_DIR}/tests/corpus/${name})
		set_tests_properties(${room}/corpus_${name} PROPERTIES LABELS unit TIMEOUT 60)
	endif()
endfunction()

# NEEDS: every room this one may include from; ci/check-rooms.py reads it here.
# USES: third-party imported targets, always PRIVATE. TESTS, FUZZ: see above.
function(pc_room)
	cmake_parse_arguments(R "" "NAME" "SOURCES;NEEDS;USES;TESTS;FUZZ" ${ARGN})
	add_library(pc_${R_NAME} STATIC ${R_SOURCES})
	add_library(pc::${R_NAME} ALIAS pc_${R_NAME})
	target_include_directories(pc_${R_NAME} PUBLIC ${CMAKE_CURRENT_SOURCE_DIR}/..)
	list(TRANSFORM R_NEEDS PREPEND pc::)
	target_link_libraries(pc_${R_NAME} PUBLIC ${R_NEEDS} PRIVATE pc_flags ${R_USES})
	foreach(t IN LISTS R_TESTS)
		pc_test(${R_NAME} ${t} ${R_USES})
	endforeach()
	foreach(f IN LISTS R_FUZZ)
		pc_fuzz(${R_NAME} ${f} ${R_USES})
	endforeach()
endfunction()
