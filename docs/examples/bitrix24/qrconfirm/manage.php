<?php
// SPDX-License-Identifier: MIT
// The table of keys, from the command line of the portal's server:
//   php manage.php create | drop | list | add ACCOUNT KEY [NAME] | remove KEY_ID
// ACCOUNT is the number of the user, KEY what `qrconfirm portals --json` calls session_key.
declare(strict_types=1);

if (PHP_SAPI !== 'cli') {
    exit; // nobody's page
}

const NO_KEEP_STATISTIC = true;
const NOT_CHECK_PERMISSIONS = true;
const NO_AGENT_CHECK = true;
$_SERVER['DOCUMENT_ROOT'] = dirname(__DIR__, 3); // above local/php_interface/qrconfirm
require $_SERVER['DOCUMENT_ROOT'] . '/bitrix/modules/main/include/prolog_before.php';
require_once __DIR__ . '/keys.php';

function public_key(string $hex): string
{
    $key = preg_match('/^[0-9a-fA-F]{64}$/D', $hex) ? hex2bin($hex) : '';
    return $key !== '' ? $key : throw new InvalidArgumentException('A public key is 64 hex digits.');
}

function account(string $digits): int
{
    return preg_match('/^[1-9][0-9]{0,8}$/D', $digits)
        ? (int) $digits
        : throw new InvalidArgumentException('An account is named by the number of the user.');
}

$keys = new QrConfirm\PortalKeys();
$words = array_slice($argv, 1);
try {
    switch (($words[0] ?? '') . ' ' . (count($words) - 1)) {
        case 'create 0':
            $keys->create();
            break;
        case 'drop 0':
            $keys->drop();
            break;
        case 'list 0':
            foreach ($keys->all() as $row) {
                echo $row['KEY_ID'], "\t", $row['USER_ID'], "\t", $row['NAME'], "\n";
            }
            break;
        case 'add 2':
        case 'add 3':
            echo $keys->add(account($words[1]), public_key($words[2]), $words[3] ?? ''), "\n";
            break;
        case 'remove 1':
            $keys->remove($words[1]) || throw new InvalidArgumentException('There is no such key.');
            break;
        default:
            throw new InvalidArgumentException('create | drop | list | add ACCOUNT KEY [NAME] | remove KEY_ID');
    }
} catch (InvalidArgumentException $wrong) {
    fwrite(STDERR, 'manage.php: ' . $wrong->getMessage() . "\n");
    exit(2);
}
