// Times as people say them where the browser is: "today 14:33", "28 November 14:33". Without
// scripts the time in UTC stays, as the portal wrote it.
'use strict';
(() => {
  const page = document.documentElement.lang;
  const language = page === 'en' ? 'en-GB' : page;
  const today = new Date();
  const words = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });

  // Days of the calendar, also where one has 23 or 25 hours.
  function daysFrom(then) {
    const midnight = (day) => Date.UTC(day.getFullYear(), day.getMonth(), day.getDate());
    return (midnight(then) - midnight(today)) / 86400000;
  }

  function day(then) {
    const days = daysFrom(then);
    if (days === 0 || days === -1) return words.format(days, 'day');
    const year = then.getFullYear() === today.getFullYear() ? undefined : 'numeric';
    return then.toLocaleDateString(language, { day: 'numeric', month: 'long', year });
  }

  document.querySelectorAll('time').forEach((element) => {
    const then = new Date(element.dateTime.replace(' ', 'T'));
    if (Number.isNaN(then.getTime())) return;
    const clock = then.toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    element.title = element.textContent;
    element.textContent = `${day(then)} ${clock}`;
  });
})();
