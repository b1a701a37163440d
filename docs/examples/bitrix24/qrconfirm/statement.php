<?php
// SPDX-License-Identifier: MIT
// What a device signs, and how that is read and verified. No database, no clock, no Bitrix24.
// The numbers in brackets are sections of docs/protocol/qr-login-v1.md.
declare(strict_types=1);

namespace QrConfirm;

/** A confirmation that does not count. The message is a word for the log. */
final class Refused extends \RuntimeException
{
}

/** The body of a bitrix24-v1 statement [5, 14]. Bytes are raw. */
final class Statement
{
    public const MESSAGE = 'bitrix24';
    public const TYPE = 0x07;
    public const FIXED = 124; // bytes before the first text
    public const BODY_MAX = 4096;

    public const APPROVE = 1;
    public const USER_PRESENT = 1; // of the flags

    private function __construct(
        public readonly string $portalId,
        public readonly string $challengeId,
        public readonly string $contextHash,
        public readonly string $deviceId,
        public readonly string $keyId,
        public readonly int $decision,
        public readonly int $flags,
        public readonly int $time,
        public readonly string $sequence, // 16 hex digits: texts in the order of the numbers
        public readonly string $origin,
        public readonly string $target,
        public readonly string $accountId,
    ) {
    }

    /** Reads a body whose head has been judged. */
    public static function read(string $body): self
    {
        $fixed = unpack('a32portal/a16challenge/a32context/a16device/a8key/Cdecision/Cflags/Jtime/a8sequence', $body, 2);
        [$origin, $target, $account] = self::texts(substr($body, self::FIXED), [267, 512, 128]);

        $known = in_array($fixed['decision'], [1, 2, 3], true) && in_array($fixed['flags'], [0, 1, 3], true);
        if (!$known) {
            throw new Refused('malformed');
        }
        return new self(
            $fixed['portal'], $fixed['challenge'], $fixed['context'], $fixed['device'], $fixed['key'],
            $fixed['decision'], $fixed['flags'], $fixed['time'], bin2hex($fixed['sequence']),
            $origin, $target, $account,
        );
    }

    /** Texts, each behind its length in two bytes, and nothing after the last. */
    private static function texts(string $bytes, array $limits): array
    {
        $texts = [];
        foreach ($limits as $limit) {
            $size = strlen($bytes) < 2 ? 0 : unpack('n', $bytes)[1];
            $text = substr($bytes, 2, $size);
            if ($size < 1 || $size > $limit || strlen($text) < $size || !preg_match('//u', $text)) {
                throw new Refused('malformed');
            }
            $texts[] = $text;
            $bytes = substr($bytes, 2 + $size);
        }
        if ($bytes !== '') {
            throw new Refused('malformed');
        }
        return $texts;
    }
}

/**
 * Verifies an envelope [2.1], in the order that the protocol sets, and reads what is in it.
 * `$publicKeyOf` gives the 32 bytes of a public key by its id in hex, or null. `$message` and
 * `$type` are there for the vectors: decision-v1 has the same layout.
 */
function open_envelope(
    string $text,
    callable $publicKeyOf,
    string $message = Statement::MESSAGE,
    int $type = Statement::TYPE,
): Statement {
    $payloadType = "application/vnd.qrlogin.$message-v1";
    $envelope = strlen($text) <= 16384 ? read_json($text) : null;
    $entries = $envelope->signatures ?? null;
    $body = unbase64($envelope->payload ?? null);

    if (($envelope->payloadType ?? null) !== $payloadType || $body === null) {
        throw new Refused('malformed');
    }
    if (!is_array($entries) || count($entries) < 1 || count($entries) > 4) {
        throw new Refused('malformed');
    }
    check_head($body, $type);

    [$keyId, $publicKey] = find_key($entries, $publicKeyOf);
    $signed = sprintf('DSSEv1 %d %s %d %s', strlen($payloadType), $payloadType, strlen($body), $body);
    $valid = false;
    foreach ($entries as $entry) {
        $valid = $valid || (($entry->keyid ?? null) === $keyId && is_signed($entry->sig ?? null, $publicKey, $signed));
    }
    if (!$valid) {
        throw new Refused('bad-signature');
    }

    $statement = Statement::read($body);
    if (!hash_equals($keyId, bin2hex($statement->keyId))) {
        throw new Refused('statement-mismatch'); // the id outside is not signed
    }
    return $statement;
}

/** All that is judged before the signature: length, version, type. */
function check_head(string $body, int $type): void
{
    if (strlen($body) < Statement::FIXED || strlen($body) > Statement::BODY_MAX) {
        throw new Refused('malformed');
    }
    if ($body[0] !== "\x01") {
        throw new Refused('version-unsupported');
    }
    if (ord($body[1]) !== $type) {
        throw new Refused('malformed');
    }
}

/** The key of the first entry that names one which is known: its id and its bytes. */
function find_key(array $entries, callable $publicKeyOf): array
{
    foreach ($entries as $entry) {
        $keyId = $entry->keyid ?? null;
        if (!is_string($keyId) || !preg_match('/^[0-9a-f]{16}$/D', $keyId)) {
            continue;
        }
        $publicKey = $publicKeyOf($keyId);
        if ($publicKey !== null) {
            return [$keyId, $publicKey];
        }
    }
    throw new Refused('unknown-device');
}

/** libsodium refuses what section 2 wants refused: keys and R of small order, S not reduced. */
function is_signed(mixed $signature, string $publicKey, string $signed): bool
{
    $bytes = unbase64($signature);
    return $bytes !== null
        && strlen($bytes) === SODIUM_CRYPTO_SIGN_BYTES
        && sodium_crypto_sign_verify_detached($bytes, $signed, $publicKey);
}

/** Standard or URL-safe, padded, without white space or bits that are not used; else null. */
function unbase64(mixed $text): ?string
{
    if (!is_string($text)) {
        return null;
    }
    $urlSafe = strpbrk($text, '-_') !== false;
    try {
        return sodium_base642bin($text, $urlSafe ? SODIUM_BASE64_VARIANT_URLSAFE : SODIUM_BASE64_VARIANT_ORIGINAL);
    } catch (\SodiumException) {
        return null;
    }
}

/** I-JSON (RFC 7493): json_decode alone takes a member twice, U+0000, and numbers of any size. */
function read_json(string $text): mixed
{
    try {
        $value = json_decode($text, false, 64, JSON_THROW_ON_ERROR);
    } catch (\JsonException) {
        throw new Refused('malformed');
    }

    // What follows only looks at the tokens of a text that is known to be JSON.
    $token = '/("[^"\\\\]*+(?:\\\\.[^"\\\\]*+)*+")(\s*+:)?+|[{}\[\]]|-?[0-9][0-9.eE+-]*+/';
    if (preg_match_all($token, $text, $found, PREG_SET_ORDER | PREG_UNMATCHED_AS_NULL) === false) {
        throw new Refused('malformed');
    }
    $open = []; // the names seen in each object or list that is open
    foreach ($found as [$all, $string, $colon]) {
        if ($string !== null) {
            $name = json_decode($string);
            $twice = $colon !== null && isset($open[array_key_last($open)][$name]);
            if ($twice || str_contains($name, "\0")) {
                throw new Refused('malformed');
            }
            if ($colon !== null) {
                $open[array_key_last($open)][$name] = true;
            }
        } elseif ($all === '{' || $all === '[') {
            $open[] = [];
        } elseif ($all === '}' || $all === ']') {
            array_pop($open);
        } elseif (!is_number($all)) {
            throw new Refused('malformed');
        }
    }
    return $value;
}

/** An integer of 64 bits, or a number that a double can hold. */
function is_number(string $digits): bool
{
    $number = json_decode($digits);
    $isInteger = strpbrk($digits, '.eE') === false;
    return is_int($number) || (is_finite($number) && (!$isInteger || $number == 0)); // -0 is a float
}
