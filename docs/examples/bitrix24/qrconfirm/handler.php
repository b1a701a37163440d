<?php
// SPDX-License-Identifier: MIT
// Lets a sign-in by QR pass only if a registered device has signed it: a handler of the event
// OnPushQrCodeAuthToken of the module main. init.php says how it is put in place.
declare(strict_types=1);

namespace QrConfirm;

use Bitrix\Main\Context;
use Bitrix\Main\Engine\CurrentUser;
use Bitrix\Main\Error;
use Bitrix\Main\Event;
use Bitrix\Main\EventManager;
use Bitrix\Main\EventResult;

require_once __DIR__ . '/keys.php';

/** Whose confirmations must be signed. */
enum Rule
{
    case Watch; // nobody's: only writes down what would be refused
    case AccountsWithKey; // those of accounts for which a key is registered
    case Everybody;    // all of them: nobody can use the vendor's mobile app to sign in by QR
}

final class Handler
{
    private const REFUSAL = [
        'en' => 'This portal asks for a sign-in that a registered device has signed. Ask your administrator.',
        'ru' => 'Портал принимает вход, только если его подписало зарегистрированное устройство. '
            . 'Обратитесь к администратору.',
    ];

    public function __construct(private string $address, private Rule $rule)
    {
    }

    /** Null lets pass. A result of type SUCCESS would end the action before anything is published. */
    public function __invoke(Event $event): ?EventResult
    {
        $user = (int) CurrentUser::get()->getId();
        try {
            $keys = new PortalKeys();
            if ($this->rule === Rule::AccountsWithKey && !$keys->hasAny($user)) {
                return null;
            }

            [$uniqueId, $channelTag] = [$event->getParameter('uniqueId'), $event->getParameter('channelTag')];
            $judge = new Judge($this->address, $keys, time(...));
            $statement = $judge->take(self::field(), (string) $uniqueId, (string) $channelTag, $user);

            $what = 'key ' . bin2hex($statement->keyId) . ', sequence ' . hexdec($statement->sequence);
            self::log('QRCONFIRM_PASSED', $user, $what);
            return null;
        } catch (Refused $refused) {
            self::log('QRCONFIRM_REFUSED', $user, $refused->getMessage());
        } catch (\Throwable $fault) { // what cannot be judged does not pass
            self::log('QRCONFIRM_REFUSED', $user, 'fault: ' . $fault->getMessage());
        }
        return $this->rule === Rule::Watch ? null : self::refusal();
    }

    /** The event does not carry it. Raw: a filter of the portal's must not change what was signed. */
    private static function field(): string
    {
        $field = Context::getCurrent()->getRequest()->getPostList()->getRaw('statement');
        return is_string($field) && $field !== '' ? $field : throw new Refused('no-statement');
    }

    /** Without the error in it, the device would read success. */
    private static function refusal(): EventResult
    {
        $text = self::REFUSAL[(string) Context::getCurrent()->getLanguage()] ?? self::REFUSAL['en'];
        return new EventResult(EventResult::ERROR, ['error' => new Error($text, 'ERR_FROM_EVENT')], 'main');
    }

    /** Into the portal's event log. That it cannot be written changes no decision. */
    private static function log(string $what, int $user, string $why): void
    {
        try {
            \CEventLog::Add([
                'SEVERITY' => $what === 'QRCONFIRM_PASSED' ? 'INFO' : 'WARNING',
                'AUDIT_TYPE_ID' => $what,
                'MODULE_ID' => 'main',
                'ITEM_ID' => $user,
                'DESCRIPTION' => $why,
            ]);
        } catch (\Throwable $fault) {
            error_log("qrconfirm: $what, account $user: $why; not in the event log: " . $fault->getMessage());
        }
    }
}

/** Sort 1: the portal takes the answer of the first handler that gives one. */
function install(string $address, Rule $rule): void
{
    EventManager::getInstance()->addEventHandler('main', 'OnPushQrCodeAuthToken', new Handler($address, $rule), false, 1);
}
