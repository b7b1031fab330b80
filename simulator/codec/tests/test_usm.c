/* Tests of codec/usm against vectors of the RFCs and of other implementations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/text.h"
#include "codec/usm.h"

static const uint8_t engine[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2};

static int
setup(void **state)
{
	struct pc_usm *usm = NULL;
	assert_int_equal(pc_usm_new(&usm, NULL), PC_OK);
	*state = usm;
	return 0;
}

static int
teardown(void **state)
{
	pc_usm_free(*state);
	return 0;
}

static void
assert_hex(const char *name, const uint8_t *data, size_t len, const char *want)
{
	char hex[2 * 128 + 1];
	pc_text_hex(data, len, hex);
	if (strcmp(hex, want) != 0)
		fail_msg("%s: %s, expected %s", name, hex, want);
}

/* Password "maplesyrup" and engine ID 00…02 in RFC 3414 sA.3.1 (MD5), sA.3.2 (SHA-1); the others
 * made with another implementation of the hashes. `digest` is over the octets 0, 1 … 49, zeros for
 * the digest, 50 … 199 with the localized key. */
static const struct {
	int32_t number;
	const char *ku, *kul, *digest;
} vectors[] = {
	{2, "9faf3283884e92834ebc9847d8edd963", "526f5eed9fcce26f8964c2930787d82b",
		"e8bd566a68a6397290380ddb"},
	{3, "9fb5cc0381497b3793528939ff788d5d79145211", "6695febc9288e36282235fc7151f128497b38f3f",
		"468292423a429cd12e4993ed"},
	{4, "282a5867ee9aac639ad59df9572c7d3ac0fbc13a905b6df07dbbf00b",
		"0bd8827c6e29f8065e08e09237f177e410f69b90e1782be682075674",
		"01c5d9401c1a19fb3d8e09e0a714864d"},
	{5, "ab51014d1e077f6017df2b12bee5f5aa72993177e9bb569c4dff5a4ca0b4afac",
		"8982e0e549e866db361a6b625d84cccc11162d453ee8ce3a6445c2d6776f0f8b",
		"b5d0b0d670f1e21e0137a5cc07e3e31d25db2d38a7895952"},
	{6,
		"e06eccdf2c68a06ed034723c9c26e0db3b669e1e2efed49150b55377a2e98f383c86fb8368574446"
		"54b287c93f51ff64",
		"3b298f16164a11184279d5432bf169e2d2a48307de02b3d3f7e2b4f36eb6f0455a53689a3937eea0"
		"7319a633d2ccba78",
		"3a9771c03b61f441fd0c46f316138b2e26317e0fd6c0e776c8d1ae5316d4d2d9"},
	{7,
		"7e4396de5aadc77be853819b98c9406265b3a9c37cc3176569847a4e4f6fba63dd3a73d04924d31a"
		"63f95a601f9385af6be4ed1b37f87d040f7c6ed6f8d38a91",
		"22a5a36cedfcc085807a128d7bc6c2382167ad6c0dbc5fdff856740f3d84c099ad1ea87a8db09671"
		"4d9788bd544047c9021e4229ce27e4c0a69250adfcffbb0b",
		"53b32607ce8472b8d6f15e17c8752f03cadbee5840e5b5b19926ebe1b0138527b831a46b5fb68164"
		"0df5e15151139f9e"},
};

static void
test_password_to_key(void **state)
{
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		const struct pc_usm_auth *auth = pc_usm_auth_find(vectors[i].number);
		struct pc_usm_key ku, kul;
		assert_non_null(auth);
		assert_int_equal(pc_usm_key_of_password(*state, auth, "maplesyrup", &ku), PC_OK);
		assert_hex(auth->name, ku.bytes, ku.len, vectors[i].ku);
		assert_int_equal(pc_usm_key_localize(*state, auth, &ku, engine, 12, &kul), PC_OK);
		assert_hex(auth->name, kul.bytes, kul.len, vectors[i].kul);
		assert_int_equal(
			pc_usm_key_of_password(*state, auth, "7 bytes", &ku), PC_E_BADVALUE);
	}
	assert_null(pc_usm_auth_find(1));
	assert_null(pc_usm_priv_find(3));
}

static void
test_digest(void **state)
{
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		const struct pc_usm_auth *auth = pc_usm_auth_find(vectors[i].number);
		struct pc_usm_signer *signer = NULL;
		struct pc_usm_key kul = {0};
		uint8_t message[200 + PC_USM_DIGEST_MAX];
		size_t n = 0, mac_len = auth->mac_len, len = 200 + mac_len;
		assert_int_equal(
			pc_text_unhex(vectors[i].kul, kul.bytes, PC_USM_KEY_MAX, &n), PC_OK);
		kul.len = (uint8_t)n;
		for (size_t k = 0; k < 200; k++)
			message[k < 50 ? k : k + mac_len] = (uint8_t)k;
		memset(message + 50, 0xaa, mac_len); /* counts as zeros */
		assert_int_equal(pc_usm_signer_new(*state, auth, &kul, &signer), PC_OK);
		assert_ptr_equal(pc_usm_signer_auth(signer), auth);
		assert_false(pc_usm_is_signed(*state, signer, message, len, 50, mac_len));
		/* Twice: the kept state must not wear out. */
		for (int turn = 0; turn < 2; turn++)
			assert_int_equal(
				pc_usm_sign(*state, signer, message, len, 50, message + 50), PC_OK);
		assert_hex(auth->name, message + 50, mac_len, vectors[i].digest);
		assert_true(pc_usm_is_signed(*state, signer, message, len, 50, mac_len));
		assert_false(pc_usm_is_signed(*state, signer, message, len, 50, mac_len - 1));
		assert_int_equal(
			pc_usm_sign(*state, signer, message, 50 + mac_len - 1, 50, message + 50),
			PC_E_BADVALUE);
		message[0] ^= 1;
		assert_false(pc_usm_is_signed(*state, signer, message, len, 50, mac_len));
		pc_usm_signer_free(signer);
	}
}

/* From "maplesyrup" to "newsyrup" with zeros for random. Spec: RFC 3414 sA.5.1, sA.5.2 */
static void
test_key_change(void **state)
{
	static const struct {
		int32_t number;
		const char *change, *key;
	} rows[] = {
		{2, "000000000000000000000000000000008805615141676cc9196174e742a32551",
			"87021d7bd9d101ba05ea6e3bf9d9bd4a"},
		{3,
			"00000000000000000000000000000000000000009c1017f4fd483d2de8d5fadbf84392cb06"
			"457051",
			"78e2dcce79d59403b58c1bbaa5bff46391f1cd25"},
	};
	for (size_t i = 0; i < 2; i++) {
		const struct pc_usm_auth *auth = pc_usm_auth_find(rows[i].number);
		struct pc_usm_key ku, old, changed, wanted;
		uint8_t change[2 * PC_USM_KEY_MAX];
		size_t n = 0;
		assert_int_equal(pc_usm_key_of_password(*state, auth, "maplesyrup", &ku), PC_OK);
		assert_int_equal(pc_usm_key_localize(*state, auth, &ku, engine, 12, &old), PC_OK);
		assert_int_equal(pc_usm_key_of_password(*state, auth, "newsyrup", &ku), PC_OK);
		assert_int_equal(
			pc_usm_key_localize(*state, auth, &ku, engine, 12, &wanted), PC_OK);
		assert_hex("localized", wanted.bytes, wanted.len, rows[i].key);
		assert_int_equal(pc_text_unhex(rows[i].change, change, sizeof(change), &n), PC_OK);
		assert_int_equal(
			pc_usm_key_change(*state, auth, &old, auth->key_len, change, n, &changed),
			PC_OK);
		assert_hex("changed", changed.bytes, changed.len, rows[i].key);
		assert_int_equal(pc_usm_key_change(*state, auth, &old, auth->key_len, change, n - 1,
					 &changed),
			PC_E_BADVALUE);
	}
}

/* Ciphertexts made with OpenSSL's own program; DES in its legacy module. */
static void
test_encryption(void **state)
{
	static const struct {
		int32_t number;
		const char *key, *salt, *text, *want;
	} rows[] = {
		{4, "000102030405060708090a0b0c0d0e0f", "0102030405060708",
			"a scoped PDU of some octets",
			"79ab95fc4c2170715a3b4451fb2dc911f6832c687d4f6293468434"},
		{2, "0123456789abcdef1112131415161718", "0000000700000009",
			"a scoped PDU of some octets",
			"a036c034136c04ee141c5a94298a2b3873f44f5f8acf37e5f9b2ab4d25401aea"},
		{2, "0123456789abcdef1112131415161718", "0000000700000009",
			"a scoped PDU of some octe", NULL},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t key[PC_USM_PRIV_KEY], salt[PC_USM_SALT], out[64], back[64];
		size_t n = 0, len = strlen(rows[i].text), sealed = 0;
		struct pc_usm_seal seal = {.priv = pc_usm_priv_find(rows[i].number),
			.key = key,
			.boots = 7,
			.time = 257,
			.salt = salt};
		assert_int_equal(pc_text_unhex(rows[i].key, key, sizeof(key), &n), PC_OK);
		assert_int_equal(pc_text_unhex(rows[i].salt, salt, sizeof(salt), &n), PC_OK);
		memcpy(out, rows[i].text, len);
		assert_int_equal(
			pc_usm_encrypt(*state, &seal, out, len, out, sizeof(out), &sealed), PC_OK);
		assert_int_equal(sealed, pc_usm_encrypted_len(seal.priv, len));
		if (rows[i].want != NULL)
			assert_hex(seal.priv->name, out, sealed, rows[i].want);
		assert_int_equal(pc_usm_decrypt(*state, &seal, out, sealed, back), PC_OK);
		assert_memory_equal(back, rows[i].text, len);
		/* The same key again, and another direction at once. */
		assert_int_equal(
			pc_usm_encrypt(*state, &seal, back, len, back, 64, &sealed), PC_OK);
		assert_memory_equal(back, out, sealed);
		key[0] ^= 2;
		assert_int_equal(pc_usm_decrypt(*state, &seal, out, sealed, back), PC_OK);
		assert_memory_not_equal(back, rows[i].text, len);
		assert_int_equal(pc_usm_encrypt(*state, &seal, out, len, out, sealed - 1, &sealed),
			PC_E_NOSPACE);
		if (seal.priv->block_len > 1)
			assert_int_equal(
				pc_usm_decrypt(*state, &seal, out, 9, back), PC_E_BADVALUE);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_password_to_key, setup, teardown),
		cmocka_unit_test_setup_teardown(test_digest, setup, teardown),
		cmocka_unit_test_setup_teardown(test_key_change, setup, teardown),
		cmocka_unit_test_setup_teardown(test_encryption, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
