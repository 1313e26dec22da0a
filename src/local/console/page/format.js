// Numbers, times and sizes as text. All are short, and those of one function are of similar width,
// so that a live number does not move what is beside it.

const kNone = '–';
const kWhole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const kOne = new Intl.NumberFormat('en-US', {
  minimumFractionDigits: 1, maximumFractionDigits: 1,
});

function known(value) {
  return typeof value === 'number' && Number.isFinite(value);
}

/** Returns a whole number with its thousands apart, such as 12,345; – if there is none. */
export function whole(value) {
  return known(value) ? kWhole.format(value) : kNone;
}

/** Returns a number in at most 6 characters, such as 99,999, 123k or 4.5M. */
export function short(value) {
  if (!known(value)) {
    return kNone;
  }
  const size = Math.abs(value);
  if (size < 99_999.5) {
    return kWhole.format(value);
  }
  const [unit, letter] = size < 999_500 ? [1e3, 'k'] : size < 999_500_000 ? [1e6, 'M'] : [1e9, 'G'];
  const scaled = value / unit;
  return (Math.abs(scaled) < 99.95 ? kOne.format(scaled) : kWhole.format(scaled)) + letter;
}

/** Returns a rate or a mean, with a decimal place below 100: 0.0, 12.5, 20,000, 1.2M. */
export function rate(value) {
  if (!known(value)) {
    return kNone;
  }
  return Math.abs(value) < 99.95 ? kOne.format(value) : short(value);
}

/** Returns a length of time that is given in milliseconds: 0.42 ms, 12.3 ms, 1.24 s, 2 min 03 s. */
export function duration(value) {
  if (!known(value)) {
    return kNone;
  }
  if (value < 9.995) {
    return `${value.toFixed(2)} ms`;
  }
  if (value < 99.95) {
    return `${value.toFixed(1)} ms`;
  }
  if (value < 999.5) {
    return `${value.toFixed(0)} ms`;
  }
  if (value < 59_995) {
    return `${(value / 1000).toFixed(value < 9995 ? 2 : 1)} s`;
  }
  const seconds = Math.round(value / 1000);
  if (seconds < 3600) {
    return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
  }
  const minutes = Math.floor(seconds / 60);
  return minutes < 2880
    ? `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`
    : `${Math.floor(minutes / 1440)} days`;
}

/** Returns a size that is given in bytes: 512 B, 1.2 KiB, 1.0 MiB. */
export function size(bytes) {
  if (!known(bytes)) {
    return kNone;
  }
  if (bytes < 1024) {
    return `${kWhole.format(bytes)} B`;
  }
  const units = ['KiB', 'MiB', 'GiB'];
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1023.95 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${kOne.format(value)} ${units[unit]}`;
}

function two(number) {
  return String(number).padStart(2, '0');
}

/** Returns the local time of day of a point in time (ms since 1970): 14:03:22. */
export function clock(at) {
  if (!known(at)) {
    return kNone;
  }
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** Returns the local time of day with milliseconds: 14:03:22.042. */
export function clockMs(at) {
  if (!known(at)) {
    return kNone;
  }
  const fraction = String(new Date(at).getMilliseconds()).padStart(3, '0');
  return `${clock(at)}.${fraction}`;
}

/** Returns the local date and time: 2026-11-30 14:03:22. */
export function dateTime(at) {
  if (!known(at)) {
    return kNone;
  }
  const date = new Date(at);
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${clock(at)}`;
}

/**
 * Returns how long a fault lasts still, such as 12 s, when `now` is the server's time. It is empty
 * if the fault ends when it has done its work, and not at a time.
 */
export function timeLeft(fault, now) {
  if (!known(fault.ends_at_ms) || !fault.parameters?.includes('seconds')) {
    return '';
  }
  const seconds = Math.max(0, Math.ceil((fault.ends_at_ms - now) / 1000));
  return seconds < 60 ? `${seconds} s` : duration(seconds * 1000);
}

/** Returns a text as a sentence: with a capital letter, and a full stop. */
export function sentence(text) {
  if (text === '') {
    return '';
  }
  return text[0].toUpperCase() + text.slice(1) + (/[.!?…]$/.test(text) ? '' : '.');
}

/** Returns a number with its noun, such as "1 record" and "2 records". */
export function count(number, noun, plural = `${noun}s`) {
  return `${whole(number)} ${number === 1 ? noun : plural}`;
}
