<?php
// SPDX-License-Identifier: MIT
// Does a statement confirm this sign-in, at this portal, by this account, now, and for the first time?
declare(strict_types=1);

namespace QrConfirm;

require_once __DIR__ . '/statement.php';

/** The public keys of devices. An id and a key are in hex, and each key belongs to one account. */
interface Keys
{
    /** @return array{key: string, user: int}|null */
    public function find(string $keyId): ?array;

    public function hasAny(int $user): bool;

    /** Keeps `$sequence` if it is above the one that is kept, in one step; else false. */
    public function rise(string $keyId, int $user, string $sequence): bool;
}

final class Judge
{
    private const LIFE_S = 300; // how old a statement may be, and how far ahead
    private const ACTION = '/bitrix/services/main/ajax.php?action=main.qrcodeauth.pushToken';

    private string $origin;
    private string $target;

    /**
     * `$address` is the one that the devices were paired with: https://portal.example.com, with a
     * path behind it if the portal has one. `$now` gives the seconds since 1970.
     */
    public function __construct(string $address, private Keys $keys, private \Closure $now)
    {
        if (!preg_match('~^(https://[a-z0-9.:\[\]-]+)((?:/[A-Za-z0-9._\~-]+)*)/?$~D', $address, $part)) {
            throw new \InvalidArgumentException("qrconfirm: not the address of a portal: $address");
        }
        $this->origin = $part[1];
        $this->target = 'POST ' . $part[2] . self::ACTION;
    }

    /**
     * Takes a confirmation, once. The portal compares `$uniqueId` with its own when its handlers
     * have let it pass.
     *
     * @throws Refused
     */
    public function take(string $field, string $uniqueId, string $channelTag, int $user): Statement
    {
        $owner = null;
        $statement = open_envelope($field, function (string $keyId) use (&$owner): ?string {
            $known = $this->keys->find($keyId);
            $owner = $known['user'] ?? null;
            return $known === null ? null : hex2bin($known['key']);
        });

        if ($owner !== $user || !hash_equals((string) $user, $statement->accountId)) {
            throw new Refused('another-account');
        }
        if (!$this->isForThisPortal($statement, $uniqueId)) {
            throw new Refused('another-portal');
        }
        if (!hash_equals(substr(hash('sha256', $channelTag, true), 0, 16), $statement->challengeId)) {
            throw new Refused('another-code');
        }
        if ($statement->decision !== Statement::APPROVE || ($statement->flags & Statement::USER_PRESENT) === 0) {
            throw new Refused('no-approval');
        }
        $now = ($this->now)();
        if ($statement->time < $now - self::LIFE_S || $statement->time > $now + self::LIFE_S) {
            throw new Refused('wrong-time');
        }
        if (!$this->keys->rise(bin2hex($statement->keyId), $user, $statement->sequence)) {
            throw new Refused('used-before');
        }
        return $statement;
    }

    private function isForThisPortal(Statement $statement, string $uniqueId): bool
    {
        $sized = fn (string $text): string => pack('n', strlen($text)) . $text;
        $portal = hash('sha256', 'qrlogin bitrix24 v1' . $sized($this->origin) . $sized($uniqueId), true);
        return hash_equals($portal, $statement->portalId)
            && hash_equals($this->origin, $statement->origin)
            && hash_equals($this->target, $statement->target);
    }
}
