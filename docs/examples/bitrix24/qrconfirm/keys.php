<?php
// SPDX-License-Identifier: MIT
// Where the public keys stand: a table of its own in the portal's database.
declare(strict_types=1);

namespace QrConfirm;

use Bitrix\Main\Application;
use Bitrix\Main\DB\Connection;

require_once __DIR__ . '/judge.php';

/** Into each query goes only what is hex, a number, or passed through `forSql`. */
final class PortalKeys implements Keys
{
    private const TABLE = 'qrconfirm_key';
    private const NONE_YET = '0000000000000000'; // of the sequence

    private Connection $connection;

    public function __construct()
    {
        $this->connection = Application::getConnection();
    }

    public function create(): void
    {
        $this->connection->queryExecute('CREATE TABLE IF NOT EXISTS ' . self::TABLE . ' (
            KEY_ID CHAR(16) NOT NULL PRIMARY KEY,
            PUBLIC_KEY CHAR(64) NOT NULL,
            USER_ID INT NOT NULL,
            LAST_SEQUENCE CHAR(16) NOT NULL,
            NAME VARCHAR(64) NOT NULL)');
    }

    public function drop(): void
    {
        $this->connection->queryExecute('DROP TABLE IF EXISTS ' . self::TABLE);
    }

    /** The id of the key. A key stays with its account, and with the sequence that it has reached. */
    public function add(int $user, string $publicKey, string $name): string
    {
        $keyId = substr(hash('sha256', $publicKey), 0, 16);
        if ($this->find($keyId) !== null) {
            throw new \InvalidArgumentException('This key is registered already.');
        }
        $this->connection->queryExecute(sprintf(
            "INSERT INTO %s (KEY_ID, PUBLIC_KEY, USER_ID, LAST_SEQUENCE, NAME) VALUES ('%s', '%s', %d, '%s', '%s')",
            self::TABLE, $keyId, bin2hex($publicKey), $user, self::NONE_YET,
            $this->connection->getSqlHelper()->forSql($name, 64),
        ));
        return $keyId;
    }

    public function remove(string $keyId): bool
    {
        $this->connection->queryExecute(sprintf("DELETE FROM %s WHERE KEY_ID = '%s'", self::TABLE, self::hex($keyId)));
        return $this->connection->getAffectedRowsCount() === 1;
    }

    /** @return list<array<string, string>> */
    public function all(): array
    {
        return $this->connection->query('SELECT * FROM ' . self::TABLE . ' ORDER BY USER_ID, KEY_ID')->fetchAll();
    }

    public function find(string $keyId): ?array
    {
        $row = $this->row(sprintf("KEY_ID = '%s'", self::hex($keyId)));
        return $row ? ['key' => $row['PUBLIC_KEY'], 'user' => (int) $row['USER_ID']] : null;
    }

    public function hasAny(int $user): bool
    {
        return $this->row(sprintf('USER_ID = %d', $user)) !== null;
    }

    /** The database decides which of two calls at once is the first. */
    public function rise(string $keyId, int $user, string $sequence): bool
    {
        $this->connection->queryExecute(sprintf(
            "UPDATE %s SET LAST_SEQUENCE = '%s' WHERE KEY_ID = '%s' AND USER_ID = %d AND LAST_SEQUENCE < '%2\$s'",
            self::TABLE, self::hex($sequence), self::hex($keyId), $user,
        ));
        return $this->connection->getAffectedRowsCount() === 1;
    }

    private function row(string $condition): ?array
    {
        return $this->connection->query('SELECT * FROM ' . self::TABLE . " WHERE $condition")->fetch() ?: null;
    }

    private static function hex(string $text): string
    {
        if (!preg_match('/^[0-9a-f]{16}$/D', $text)) {
            throw new \InvalidArgumentException('An id of a key has 16 hex digits.');
        }
        return $text;
    }
}
