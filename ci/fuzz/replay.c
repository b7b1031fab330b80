/* Feeds every file of the directories named on the command line to a fuzz target, so that the
 * stored corpus of each codec is an ordinary test without libFuzzer. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { REPLAY_MAX_BYTES = 1 << 22 };

static int
replay_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	if (f == NULL) {
		perror(path);
		return -1;
	}
	uint8_t *data = malloc(REPLAY_MAX_BYTES);
	size_t n = data == NULL ? 0 : fread(data, 1, REPLAY_MAX_BYTES, f);
	fclose(f);
	/* An exact-size copy lets AddressSanitizer see a read one byte past the input. */
	uint8_t *exact = malloc(n == 0 ? 1 : n);
	if (exact != NULL) {
		for (size_t i = 0; i < n; i++)
			exact[i] = data[i];
		LLVMFuzzerTestOneInput(exact, n);
	}
	free(exact);
	free(data);
	return 0;
}

static int
replay_dir(const char *dir)
{
	DIR *d = opendir(dir);
	int files = 0;
	if (d == NULL) {
		perror(dir);
		return -1;
	}
	for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
		char path[4096];
		if (e->d_name[0] == '.')
			continue;
		int n = snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		if (n < 0 || (size_t)n >= sizeof(path) || replay_file(path) != 0) {
			closedir(d);
			return -1;
		}
		files++;
	}
	closedir(d);
	return files;
}

int
main(int argc, char **argv)
{
	int files = 0;
	for (int i = 1; i < argc; i++) {
		int n = replay_dir(argv[i]);
		if (n < 0)
			return 1;
		files += n;
	}
	printf("%d inputs replayed\n", files);
	return files > 0 ? 0 : 1;
}
