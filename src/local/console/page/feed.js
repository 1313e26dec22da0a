// Receives the stream of server-sent events, and connects again when it is lost. It runs in the
// worker that all tabs share (shared_feed.js), or in a tab itself.

const kSilence = 4_000;
const kFirstPause = 500;
const kLongestPause = 8_000;

/**
 * Tells what it receives by `tell(name, text)`: the JSON text of a `state` or of `stories`, or of
 * `connection`, which is {state: 'connecting' | 'open' | 'lost', retry_at_ms}.
 */
export class Feed {
  #tell;
  #source = null;
  #wanted = 'nothing';
  #received = 'nothing';
  #open = false;
  #pause = kFirstPause;
  #timer = 0;
  #silence = 0;

  constructor(tell) {
    this.#tell = tell;
  }

  /** Says what shall be received: 'nothing', 'state', or 'stories' besides it. */
  want(what) {
    if (what === this.#wanted) {
      return;
    }
    this.#wanted = what;
    if (what === 'nothing') {
      this.#close();
      this.#connection('connecting');
    } else if (this.#received !== what) {
      this.#connect();
    }
  }

  /** Connects now, instead of after the pause. */
  retry() {
    this.#pause = kFirstPause;
    if (this.#wanted !== 'nothing' && !this.#open) {
      this.#connect();
    }
  }

  #connection(state, retryAt = null) {
    this.#open = state === 'open';
    this.#tell('connection', JSON.stringify({ state, retry_at_ms: retryAt }));
  }

  #close() {
    clearTimeout(this.#timer);
    clearTimeout(this.#silence);
    this.#source?.close();
    this.#source = null;
    this.#received = 'nothing';
  }

  #connect() {
    this.#close();
    this.#received = this.#wanted;
    const source = new EventSource(`/api/stream?stories=${this.#wanted === 'stories'}`);
    this.#source = source;
    for (const name of ['state', 'stories']) {
      source.addEventListener(name, (event) => {
        if (source === this.#source) {
          this.#heard(name, event.data);
        }
      });
    }
    source.addEventListener('error', () => {
      if (source === this.#source) {
        this.#lost();
      }
    });
    this.#watch();
  }

  #heard(name, text) {
    this.#watch();
    if (!this.#open) {
      this.#pause = kFirstPause;
      this.#connection('open');
    }
    this.#tell(name, text);
  }

  // A connection may die without a word, so silence is a loss, too: a state comes each second.
  #watch() {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#lost(), kSilence);
  }

  #lost() {
    this.#close();
    this.#connection('lost', Date.now() + this.#pause);
    this.#timer = setTimeout(() => this.#connect(), this.#pause);
    this.#pause = Math.min(this.#pause * 2, kLongestPause);
  }
}
