<?php
// SPDX-License-Identifier: MIT
// The handler of docs/examples/bitrix24. usage: php_handler.php vectors | rules | portal
// vectors: its reader against those of the protocol; rules: statements that are signed here;
// portal: its place in one (php_box.php).
declare(strict_types=1);

require __DIR__ . '/php_box.php';

use QrConfirm\Judge;
use QrConfirm\Keys;
use QrConfirm\Refused;
use QrConfirm\Rule;
use QrConfirm\Statement;

set_error_handler(fn ($level, $text, $file, $line) => throw new ErrorException($text, 0, $level, $file, $line));

const ANNA = 1017; // the account of the vectors
const UTC = 1795000000; // and their time

$vectors = json_decode(file_get_contents(dirname(__DIR__, 2) . '/fixtures/protocol/vectors.json'), true);
$given = $vectors['bitrix24_statement'];
$box = new Box();
$checks = 0;
$faults = [];

function same(mixed $expected, mixed $seen, string $what): void
{
    global $checks, $faults;
    $checks++;
    if ($expected !== $seen) {
        $faults[] = "$what: " . var_export($seen, true) . ', not ' . var_export($expected, true);
    }
}

/** "taken", or the word of the refusal. */
function outcome(callable $call): string
{
    try {
        $call();
        return 'taken';
    } catch (Refused $refused) {
        return $refused->getMessage();
    }
}

/** Keys in memory, for what needs no portal. */
final class SomeKeys implements Keys
{
    public array $sequences = [];

    public function __construct(public array $keys)
    {
    }

    public function find(string $keyId): ?array
    {
        return $this->keys[$keyId] ?? null;
    }

    public function hasAny(int $user): bool
    {
        return in_array($user, array_column($this->keys, 'user'), true);
    }

    public function rise(string $keyId, int $user, string $sequence): bool
    {
        $risen = strcmp($this->sequences[$keyId] ?? '', $sequence) < 0;
        $this->sequences[$keyId] = $risen ? $sequence : $this->sequences[$keyId];
        return $risen;
    }
}

function keys_of(string ...$names): SomeKeys
{
    global $vectors;
    $keys = [];
    foreach ($names as $name) {
        $keys[$vectors['keys'][$name]['key_id']] = ['key' => $vectors['keys'][$name]['public'], 'user' => ANNA];
    }
    return new SomeKeys($keys);
}

/** An envelope as a device makes it. */
function signed(string $body, string $key = 'device', string $message = 'bitrix24'): string
{
    global $vectors;
    $type = "application/vnd.qrlogin.$message-v1";
    $secret = sodium_crypto_sign_secretkey(sodium_crypto_sign_seed_keypair(hex2bin($vectors['keys'][$key]['seed'])));
    $text = 'DSSEv1 ' . strlen($type) . " $type " . strlen($body) . " $body";
    return json_encode(['payloadType' => $type, 'payload' => base64_encode($body), 'signatures' => [[
        'keyid' => $vectors['keys'][$key]['key_id'],
        'sig' => base64_encode(sodium_crypto_sign_detached($text, $secret)),
    ]]], JSON_UNESCAPED_SLASHES);
}

/** The body of the vector with other values at offsets, or other texts at its end. */
function body(array $bytes = [], array $texts = []): string
{
    global $given;
    $all = hex2bin($given['body']);
    $fixed = substr($all, 0, Statement::FIXED);
    foreach ($bytes as $at => $value) {
        $fixed = substr_replace($fixed, $value, $at, strlen($value));
    }
    $texts += [$given['origin'], 'POST /bitrix/services/main/ajax.php?action=main.qrcodeauth.pushToken', (string) ANNA];
    ksort($texts);
    return $fixed . implode('', array_map(fn ($text) => pack('n', strlen($text)) . $text, $texts));
}

function judge(Keys $keys, int $now = UTC, ?string $address = null): Judge
{
    global $given;
    return new Judge($address ?? $given['origin'], $keys, fn () => $now);
}

function taken(Judge $judge, string $field, int $user = ANNA, ?string $uniqueId = null, ?string $tag = null): string
{
    global $given;
    return outcome(fn () => $judge->take($field, $uniqueId ?? $given['uniqueId'], $tag ?? $given['channelTag'], $user));
}

// The reader

function test_vector_is_read_field_for_field(): void
{
    global $given;
    same(body(), hex2bin($given['body']), 'this test writes the vector');
    same(signed(body()), $given['envelope'], 'and signs it');
    $read = QrConfirm\open_envelope($given['envelope'], fn ($id) => hex2bin(keys_of('device')->find($id)['key']));
    same(hash('sha256', $given['qr']), bin2hex($read->contextHash), 'context hash');
    same('101112131415161718191a1b1c1d1e1f', bin2hex($read->deviceId), 'device id');
    same([1, 1, UTC, '0000000000000005'], [$read->decision, $read->flags, $read->time, $read->sequence], 'numbers');
    same([$given['origin'], (string) ANNA], [$read->origin, $read->accountId], 'texts');
}

/** decision-v1 has the layout of bitrix24-v1; the vectors of what must be refused are of that type. */
function test_vectors_of_envelopes(): void
{
    global $vectors;
    $judged = ['bad' => 0, 'good' => 0];
    foreach (['bad', 'good'] as $set) {
        foreach ($vectors["{$set}_envelope"] as $vector) {
            if ($vector['message'] !== 'decision') {
                continue;
            }
            $judged[$set]++;
            $keys = ($vector['code'] ?? '') === 'statement-mismatch' ? keys_of('device', 'device_new') : keys_of('device');
            $publicKeyOf = fn ($id) => isset($keys->keys[$id]) ? hex2bin($keys->keys[$id]['key']) : null;
            $text = isset($vector['hex']) ? hex2bin($vector['hex']) : $vector['envelope'];
            same($vector['code'] ?? 'taken',
                outcome(fn () => QrConfirm\open_envelope($text, $publicKeyOf, 'decision', 0x03)),
                "{$set}_envelope, {$vector['why']}");
            if ($set === 'good') {
                same('malformed', outcome(fn () => QrConfirm\open_envelope($text, $publicKeyOf)), 'a decision is no statement');
            }
        }
    }
    same(['bad' => 38, 'good' => 8], $judged, 'vectors judged');
}

function test_keys_of_small_order_prove_nothing(): void
{
    global $vectors;
    $judged = 0;
    foreach ($vectors['bad_envelope'] as $vector) {
        if ($vector['message'] !== 'enrol') {
            continue;
        }
        $judged++;
        $envelope = json_decode($vector['envelope']);
        $body = base64_decode($envelope->payload);
        $signed = 'DSSEv1 ' . strlen($envelope->payloadType) . " $envelope->payloadType " . strlen($body) . " $body";
        same(false, QrConfirm\is_signed($envelope->signatures[0]->sig, substr($body, 50, 32), $signed), $vector['why']);
    }
    same(4, $judged, 'vectors judged');
}

/** A body is refused when it is read, or says something that is compared with the portal's own. */
function test_vectors_of_bodies(): void
{
    global $vectors;
    $alone = $vectors['decision_alone'];
    $judged = 0;
    foreach ($vectors['bad_body'] as $vector) {
        if ($vector['message'] !== 'decision') {
            continue;
        }
        $judged++;
        $seen = outcome(function () use ($vector, $alone): void {
            $body = hex2bin($vector['body']);
            QrConfirm\check_head($body, 0x03);
            $read = Statement::read($body);
            $own = [parse_url($alone['base_url'], PHP_URL_SCHEME) . '://portal.example.com', 'POST /app/qr-login/v1/decision'];
            if ([$read->origin, $read->target] !== $own) {
                throw new Refused('malformed');
            }
        });
        same($vector['code'], $seen, "bad_body, {$vector['why']}");
    }
    same(19, $judged, 'vectors judged');
    same('taken', outcome(fn () => Statement::read(hex2bin($alone['body']))), 'the decision of the vectors');
    foreach ([4096 => 'taken', 4097 => 'malformed'] as $size => $seen) {
        same($seen, outcome(fn () => QrConfirm\check_head(str_pad("\x01\x03", $size, "\0"), 0x03)), "$size bytes");
    }
}

function test_json_is_strict_everywhere(): void
{
    $refused = ['{"a":1,"a":2}', '[{"b":{"a":1,"\u0061":2}}]', '["\u0000"]', '{"\u0000":1}', '["\ud800"]', '[1e999]', '[NaN]',
        '[9223372036854775808]', '[-9223372036854775809]', "[\"\xff\"]", "\xef\xbb\xbf{}", '', '{',
        str_repeat('[', 99) . str_repeat(']', 99)];
    foreach ($refused as $bad) {
        same('malformed', outcome(fn () => QrConfirm\read_json($bad)), "JSON $bad");
    }

    $taken = ['{"a":{"a":1},"b":[{"a":1},{"a":1}]}', '{"a":"a","b":"\"a\":"}',
        '[9223372036854775807,-9223372036854775808,-0,1e3]', '{"" : 1, " ":2}', '"' . str_repeat('x', 16000) . '"',
        '"' . str_repeat('\"', 8000) . '"'];
    foreach ($taken as $good) {
        same('taken', outcome(fn () => QrConfirm\read_json($good)), "JSON $good");
    }
}

// The rules

function test_vector_is_taken_once(): void
{
    global $given;
    $judge = judge(keys_of('device'));
    same('taken', taken($judge, $given['envelope']), 'the vector');
    same('used-before', taken($judge, $given['envelope']), 'the vector again');
    same('used-before', taken($judge, signed(body([116 => pack('J', 4)]))), 'a lower sequence');
    same('taken', taken($judge, signed(body([116 => pack('J', 6)]))), 'a higher one');
    same('taken', taken($judge, signed(body([116 => "\x80\0\0\0\0\0\0\0"]))), 'one of the upper half');
    same('used-before', taken($judge, signed(body([116 => pack('J', 7)]))), 'a lower one after it');
}

function test_each_bit_of_the_body_is_signed(): void
{
    global $given;
    $judge = judge(keys_of('device'));
    $body = hex2bin($given['body']);
    for ($bit = 0; $bit < 8 * strlen($body); $bit++) {
        $other = $body;
        $other[$bit >> 3] = chr(ord($other[$bit >> 3]) ^ (1 << ($bit & 7)));
        $seen = taken($judge, str_replace(base64_encode($body), base64_encode($other), $given['envelope']));
        same($bit < 8 ? 'version-unsupported' : ($bit < 16 ? 'malformed' : 'bad-signature'), $seen, "bit $bit");
    }
    same('taken', taken($judge, $given['envelope']), 'and none of them has used up the number');
}

function test_what_a_statement_must_say(): void
{
    $refused = [
        'another portal id' => ['another-portal', body([2 => random_bytes(32)])],
        'another origin' => ['another-portal', body([], [0 => 'https://portal.example.org'])],
        'another action' => ['another-portal',
            body([], [1 => 'POST /bitrix/services/main/ajax.php?action=main.qrcodeauth.authenticate'])],
        'another code' => ['another-code', body([34 => random_bytes(16)])],
        'another account' => ['another-account', body([], [2 => '1018'])],
        'a number written in another way' => ['another-account', body([], [2 => '01017'])],
        'a denial' => ['no-approval', body([106 => "\x02"])],
        'a report' => ['no-approval', body([106 => "\x03"])],
        'nobody there' => ['no-approval', body([107 => "\x00"])],
        'a decision that is none' => ['malformed', body([106 => "\x04"])],
        'a reserved flag' => ['malformed', body([107 => "\x05"])],
        'too old' => ['wrong-time', body([108 => pack('J', UTC - 301)])],
        'too new' => ['wrong-time', body([108 => pack('J', UTC + 301)])],
        'no time' => ['wrong-time', body([108 => pack('J', 0)])],
        'a time of the upper half' => ['wrong-time', body([108 => str_repeat("\xff", 8)])],
        'sequence 0' => ['used-before', body([116 => pack('J', 0)])],
        'one byte more' => ['malformed', body() . "\0"],
        'one byte less' => ['malformed', substr(body(), 0, -1)],
        'an account that is no UTF-8' => ['malformed', body([], [2 => "\xc0\x80"])],
        'no account' => ['malformed', body([], [2 => ''])],
        'an account that is too long' => ['malformed', body([], [2 => str_repeat('1', 129)])],
    ];
    foreach ($refused as $what => [$why, $body]) {
        $keys = keys_of('device');
        $keys->sequences = [array_key_first($keys->keys) => str_repeat('0', 16)];
        same($why, taken(judge($keys), signed($body)), $what);
    }
    foreach ([UTC - 300, UTC + 300] as $time) {
        same('taken', taken(judge(keys_of('device')), signed(body([108 => pack('J', $time)]))), "time $time");
    }
    same('taken', taken(judge(keys_of('device')), signed(body([107 => "\x03"]))), 'a PIN was asked too');
}

function test_whose_statement_it_is(): void
{
    global $given;
    $judge = fn () => judge(keys_of('device'));
    same('another-account', taken($judge(), $given['envelope'], 1018), 'somebody else is signed in');
    same('another-account', taken($judge(), $given['envelope'], 0), 'nobody is signed in');
    same('another-portal', taken($judge(), $given['envelope'], uniqueId: 'Ab3dEf6hIj9lMn2q'), 'another unique id');
    same('another-code', taken($judge(), $given['envelope'], tag: $given['channelTag'] . 'x'), 'another tag');
    same('unknown-device', taken(judge(keys_of('device_new')), $given['envelope']), 'no key');
    same('bad-signature', taken(judge(keys_of('device', 'device_new')),
        str_replace('56475aa75463474c', '03396219237f75a6', $given['envelope'])), 'under the name of another key');
    same('statement-mismatch', taken(judge(keys_of('device', 'device_new')), signed(body(), 'device_new')), 'by another key');

    $keys = keys_of('device');
    $keys->keys[array_key_first($keys->keys)]['user'] = 1018;
    same('another-account', taken(judge($keys), $given['envelope']), 'a key of another account');
    same('another-account', taken(judge($keys), signed(body([], [2 => '1018']))), 'who lends his key');
}

function test_address_of_the_portal(): void
{
    $body = body([], [1 => 'POST /b24/bitrix/services/main/ajax.php?action=main.qrcodeauth.pushToken']);
    foreach (['https://portal.example.com/b24', 'https://portal.example.com/b24/'] as $address) {
        same('taken', taken(judge(keys_of('device'), address: $address), signed($body)), $address);
    }
    same('another-portal', taken(judge(keys_of('device')), signed($body)), 'without the path');
    foreach (['http://portal.example.com', 'https://Portal.example.com', 'portal.example.com', 'https://a/b?c'] as $address) {
        try {
            judge(keys_of(), address: $address);
            same('refused', 'taken', $address);
        } catch (InvalidArgumentException) {
            same(true, true, $address);
        }
    }
}

// In the portal

/** The request of a device, for the time of this machine. */
function fields(int $sequence, string $key = 'device', array $texts = []): array
{
    global $given, $vectors;
    $body = body([98 => hex2bin($vectors['keys'][$key]['key_id']), 108 => pack('J', time()), 116 => pack('J', $sequence)], $texts);
    return ['siteId' => 's1', 'uniqueId' => $given['uniqueId'], 'channelTag' => $given['channelTag'], 'redirectUrl' => '',
        'sessid' => 'x', 'statement' => signed($body, $key)];
}

function logged(): array
{
    $entries = array_map(fn ($entry) => [$entry['AUDIT_TYPE_ID'], $entry['ITEM_ID'], $entry['DESCRIPTION']], CEventLog::$entries);
    CEventLog::$entries = [];
    return $entries;
}

function test_table_of_keys(Box $box): void
{
    global $vectors;
    [$device, $new] = [$vectors['keys']['device'], $vectors['keys']['device_new']];
    same(0, $box->manage('create')[0], 'create');
    same(0, $box->manage('create')[0], 'create again');
    same([0, $device['key_id'] . "\n", ''], $box->manage('add', (string) ANNA, $device['public'], "Anna's phone"), 'add');
    foreach ([['add', (string) ANNA, $device['public']], ['add', '1018', $device['public']], ['add', '0', $new['public']],
        ['add', 'anna', $new['public']], ['add', '1018', 'abc'],
        ['add', '1018', 'abcd'], ['add', '1018', $new['public'] . '00'], ['add', '1018'], ['remove', $new['key_id']],
        ['remove', "' OR '1'='1"], ['shout'], []] as $wrong) {
        same(2, $box->manage(...$wrong)[0], 'wrong: ' . implode(' ', $wrong));
    }
    same(0, $box->manage('add', '1018', strtoupper($new['public']), "'); DROP TABLE qrconfirm_key; --")[0], 'add another');
    $listed = "{$device['key_id']}\t1017\tAnna's phone\n{$new['key_id']}\t1018\t'); DROP TABLE qrconfirm_key; --\n";
    same($listed, $box->manage('list')[1], 'list');
}

function test_rule_watch_is_what_init_php_installs(Box $box): void
{
    same('published', $box->pushToken(ANNA, array_diff_key(fields(1), ['statement' => 0])), 'unsigned');
    same('published', $box->pushToken(ANNA, fields(1)), 'signed');
    $passed = ['QRCONFIRM_PASSED', ANNA, 'key 56475aa75463474c, sequence 1'];
    same([['QRCONFIRM_REFUSED', ANNA, 'no-statement'], $passed], logged(), 'log');
}

function test_rule_everybody(Box $box): void
{
    $box->install('https://portal.example.com', Rule::Everybody);
    $refusal = 'ERR_FROM_EVENT: This portal asks';
    $word = fn (string $answer) => str_starts_with($answer, $refusal) ? 'refused' : $answer;
    same('published', $box->pushToken(ANNA, fields(2)), 'signed');
    same('refused', $word($box->pushToken(ANNA, fields(2))), 'the same number');
    same('refused', $word($box->pushToken(ANNA, ['statement' => ''] + fields(3))), 'empty');
    same('refused', $word($box->pushToken(ANNA, ['statement' => ['x']] + fields(3))), 'a list');
    same('refused', $word($box->pushToken(ANNA, array_diff_key(fields(3), ['statement' => 0]))), 'missing');
    same('refused', $word($box->pushToken(1018, fields(3))), 'in the session of another account');
    same('refused', $word($box->pushToken(7, array_diff_key(fields(3), ['statement' => 0]))), 'an account without a key');
    same('published', $box->pushToken(1018, fields(1, 'device_new', [2 => '1018'])), 'the other account');
    same(['key 56475aa75463474c, sequence 2', 'used-before', 'no-statement', 'no-statement', 'no-statement', 'another-account',
        'no-statement', 'key 03396219237f75a6, sequence 1'], array_column(logged(), 2), 'log');

    Bitrix\Main\Context::$language = 'ru';
    same(true, str_contains($box->pushToken(ANNA, fields(2)), 'Портал принимает вход'), 'in Russian');
    Bitrix\Main\Context::$language = null;
    same('refused', $word($box->pushToken(ANNA, fields(2))), 'in no language');
    Bitrix\Main\Context::$language = 'en';
    logged();
}

function test_rule_accounts_with_key(Box $box): void
{
    $box->install('https://portal.example.com', Rule::AccountsWithKey);
    same('published', $box->pushToken(7, array_diff_key(fields(3), ['statement' => 0])), 'an account without a key');
    same([], logged(), 'nothing to log');
    $unsigned = array_diff_key(fields(3), ['statement' => 0]);
    same(true, str_starts_with($box->pushToken(ANNA, $unsigned), 'ERR_FROM_EVENT'), 'unsigned');
    same('published', $box->pushToken(ANNA, fields(3)), 'signed');
    same(0, $box->manage('remove', '56475aa75463474c')[0], 'the key is taken away');
    same('published', $box->pushToken(ANNA, array_diff_key(fields(4), ['statement' => 0])), 'and the account is as before');
    logged();
}

function test_what_cannot_be_judged_does_not_pass(Box $box): void
{
    $connection = Bitrix\Main\Application::$connection;
    foreach ([Rule::Everybody, Rule::AccountsWithKey] as $rule) {
        $box->install('https://portal.example.com', $rule);
        Bitrix\Main\Application::$connection = null;
        same(true, str_starts_with($box->pushToken(ANNA, fields(9)), 'ERR_FROM_EVENT'), 'the database is away');
        Bitrix\Main\Application::$connection = $connection;
        $box->manage('drop');
        same(true, str_starts_with($box->pushToken(ANNA, fields(9)), 'ERR_FROM_EVENT'), 'the table is away');
    }
    $box->install('portal.example.com', Rule::Everybody);
    same(true, str_starts_with($box->pushToken(ANNA, fields(9)), 'ERR_FROM_EVENT'), 'the address is wrong');
}

$groups = [
    'vectors' => ['test_vector_is_read_field_for_field', 'test_vectors_of_envelopes', 'test_keys_of_small_order_prove_nothing',
        'test_vectors_of_bodies', 'test_json_is_strict_everywhere'],
    'rules' => ['test_vector_is_taken_once', 'test_each_bit_of_the_body_is_signed', 'test_what_a_statement_must_say',
        'test_whose_statement_it_is', 'test_address_of_the_portal'],
    'portal' => ['test_table_of_keys', 'test_rule_watch_is_what_init_php_installs', 'test_rule_everybody',
        'test_rule_accounts_with_key', 'test_what_cannot_be_judged_does_not_pass'], // one after the other
];
try {
    foreach ($groups[$argv[1] ?? ''] as $test) {
        $test($box);
    }
} finally {
    $box->remove();
}
echo implode("\n", [...$faults, "$checks checks, " . count($faults) . ' faults']), "\n";
exit($faults === [] ? 0 : 1);
