<?php
// SPDX-License-Identifier: MIT
// Asks the handler of docs/examples/bitrix24 about a confirmation that a device has sent: before its
// key is registered, after that, and once more.
// Standard input: JSON with `address`, `user`, `key` (hex), `fields` of the request.
// Standard output: JSON with the `answers` to each and the `log`.
declare(strict_types=1);

require __DIR__ . '/php_box.php';

$asked = json_decode(stream_get_contents(STDIN), true, 8, JSON_THROW_ON_ERROR);
$box = new Box();
try {
    $box->install($asked['address'], QrConfirm\Rule::Everybody);
    $box->manage('create');
    $answers = [$box->pushToken($asked['user'], $asked['fields'])];
    $box->manage('add', (string) $asked['user'], $asked['key']);
    for ($time = 1; $time <= 2; $time++) {
        $answers[] = $box->pushToken($asked['user'], $asked['fields']);
    }
    echo json_encode(['answers' => $answers, 'log' => array_column(CEventLog::$entries, 'DESCRIPTION')]), "\n";
} finally {
    $box->remove();
}
