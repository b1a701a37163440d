<?php
// SPDX-License-Identifier: MIT
// What the handler of docs/examples/bitrix24 meets in a box, as small as it can be: the classes
// that it names, with the calls that it makes, in the shape that the product's published source
// has. It is not the product. Its database is SQLite, which runs the handler's own queries.
declare(strict_types=1);

namespace Bitrix\Main {
    final class Error
    {
        public function __construct(public readonly string $text, public readonly string $code = '')
        {
        }
    }

    final class EventResult
    {
        public const UNDEFINED = 0, SUCCESS = 1, ERROR = 2;

        public function __construct(public readonly int $type, public readonly ?array $parameters = null, ?string $module = null)
        {
        }
    }

    final class Event
    {
        public function __construct(private array $parameters)
        {
        }

        public function getParameter(string $name): mixed
        {
            return $this->parameters[$name] ?? null;
        }
    }

    final class EventManager
    {
        public array $handlers = []; // of one event, each with its sort

        public static function getInstance(): self
        {
            static $only = null;
            return $only ??= new self();
        }

        public function addEventHandler(
            string $module,
            string $type,
            callable $handler,
            bool $include = false,
            int $sort = 100,
        ): void {
            if ([$module, $type] !== ['main', 'OnPushQrCodeAuthToken']) {
                throw new \LogicException("the box sends no $module/$type");
            }
            $this->handlers[] = [$sort, $handler];
        }
    }

    final class Context
    {
        public static array $post = [];
        public static ?string $language = 'en';

        public static function getCurrent(): self
        {
            return new self();
        }

        public function getRequest(): self
        {
            return $this;
        }

        public function getPostList(): self
        {
            return $this;
        }

        public function getRaw(string $name): mixed
        {
            return self::$post[$name] ?? null;
        }

        public function getLanguage(): ?string
        {
            return self::$language;
        }
    }

    final class Application
    {
        public static ?DB\Connection $connection = null;

        public static function getConnection(): DB\Connection
        {
            return self::$connection ?? throw new \RuntimeException('the database is away');
        }
    }
}

namespace Bitrix\Main\Engine {
    final class CurrentUser
    {
        public static ?int $id = null;

        public static function get(): self
        {
            return new self();
        }

        public function getId(): ?int
        {
            return self::$id;
        }
    }
}

namespace Bitrix\Main\DB {
    final class Connection
    {
        private \PDO $database;
        private int $affected = 0;

        public function __construct(string $file)
        {
            $this->database = new \PDO("sqlite:$file");
        }

        public function queryExecute(string $sql): void
        {
            $this->affected = $this->database->exec($sql);
        }

        public function getAffectedRowsCount(): int
        {
            return $this->affected;
        }

        public function query(string $sql): Result
        {
            return new Result($this->database->query($sql)->fetchAll(\PDO::FETCH_ASSOC));
        }

        public function getSqlHelper(): self
        {
            return $this;
        }

        public function forSql(string $value, int $limit = 0): string
        {
            return str_replace("'", "''", $limit > 0 ? substr($value, 0, $limit) : $value);
        }
    }

    final class Result
    {
        public function __construct(private array $rows)
        {
        }

        public function fetch(): array|false
        {
            return array_shift($this->rows) ?? false;
        }

        public function fetchAll(): array
        {
            return $this->rows;
        }
    }
}

namespace {
    use Bitrix\Main\Context;
    use Bitrix\Main\Engine\CurrentUser;
    use Bitrix\Main\Error;
    use Bitrix\Main\Event;
    use Bitrix\Main\EventManager;
    use Bitrix\Main\EventResult;

    final class CEventLog
    {
        public static array $entries = [];

        public static function Add(array $entry): void
        {
            self::$entries[] = $entry;
        }
    }

    $database = getenv('PHP_BOX_DATABASE');
    if ($database !== false) { // the command line of the box
        Bitrix\Main\Application::$connection = new Bitrix\Main\DB\Connection($database);
    }

    /** A folder with the example installed as its README says. */
    final class Box
    {
        public readonly string $root;
        public readonly string $database;

        public function __construct()
        {
            $this->root = sys_get_temp_dir() . '/php-box-' . bin2hex(random_bytes(8));
            $this->database = "$this->root/portal.db";
            $example = dirname(__DIR__, 2) . '/docs/examples/bitrix24';
            $interface = "$this->root/local/php_interface";
            $prolog = "$this->root/bitrix/modules/main/include";
            mkdir("$interface/qrconfirm", 0o700, true);
            mkdir($prolog, 0o700, true);
            copy("$example/init.php", "$interface/init.php");
            foreach (glob("$example/qrconfirm/*.php") as $file) {
                copy($file, "$interface/qrconfirm/" . basename($file));
            }
            file_put_contents("$prolog/prolog_before.php", '<?php require_once ' . var_export(__FILE__, true) . ";\n"
                . "require \$_SERVER['DOCUMENT_ROOT'] . '/local/php_interface/init.php';\n");

            $_SERVER['DOCUMENT_ROOT'] = $this->root;
            Bitrix\Main\Application::$connection = new Bitrix\Main\DB\Connection($this->database);
            require "$interface/init.php";
        }

        public function remove(): void
        {
            $files = new RecursiveDirectoryIterator($this->root, FilesystemIterator::SKIP_DOTS);
            foreach (new RecursiveIteratorIterator($files, RecursiveIteratorIterator::CHILD_FIRST) as $file) {
                $file->isDir() ? rmdir((string) $file) : unlink((string) $file);
            }
            rmdir($this->root);
        }

        /** Instead of what init.php has installed. */
        public function install(string $address, QrConfirm\Rule $rule): void
        {
            EventManager::getInstance()->handlers = [];
            QrConfirm\install($address, $rule);
        }

        /** Exit code, standard output, standard error. */
        public function manage(string ...$words): array
        {
            $command = [PHP_BINARY, "$this->root/local/php_interface/qrconfirm/manage.php", ...$words];
            $process = proc_open($command, [1 => ['pipe', 'w'], 2 => ['pipe', 'w']], $pipes, null,
                ['PHP_BOX_DATABASE' => $this->database]);
            [$out, $err] = [stream_get_contents($pipes[1]), stream_get_contents($pipes[2])];
            return [proc_close($process), $out, $err];
        }

        /** What the action does with the handlers: "published", or why not. */
        public function pushToken(int $user, array $fields): string
        {
            [CurrentUser::$id, Context::$post] = [$user, $fields];
            $event = new Event(array_intersect_key($fields, array_flip(['siteId', 'uniqueId', 'channelTag', 'redirectUrl'])));
            $handlers = EventManager::getInstance()->handlers;
            usort($handlers, fn ($one, $other) => $one[0] <=> $other[0]);
            $results = [];
            foreach ($handlers as [, $handler]) {
                $results[] = $handler($event);
            }
            foreach (array_filter($results) as $result) {
                $error = $result->parameters['error'] ?? null;
                if ($result->type === EventResult::ERROR && $error instanceof Error) {
                    return "$error->code: $error->text";
                }
                return 'success, nothing published';
            }
            return 'published';
        }
    }
}
