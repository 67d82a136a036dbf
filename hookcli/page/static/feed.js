// What arrives, as the server tells it.

const PATIENCE = 5000;

/**
 * Listens for good. `told` gets lists of summaries, `behind` is called when some were left out, `changed` gets
 * "live" or "reconnecting", and `refused` is called where the feed does not open at all.
 */
export class Feed {
  constructor({ told, behind, changed, refused }) {
    Object.assign(this, { told, behind, changed, refused });
    this.waiting = [];
    this.last = null;
  }

  /** Start after a capture. */
  open(after) {
    this.last ??= after;
    this.source = new EventSource(`/api/feed?after=${this.last}`);
    this.source.onopen = () => this.changed("live");
    this.source.onmessage = (event) => this.#take(JSON.parse(event.data));
    this.source.addEventListener("behind", () => this.behind());
    this.source.onerror = () => {
      this.changed("reconnecting");
      if (this.source.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
      this.refused();
      setTimeout(() => this.open(this.last), PATIENCE);
    };
  }

  #take(summary) {
    this.last = Math.max(this.last, summary.id);
    this.waiting.push(summary);
    if (this.waiting.length > 1) return;
    setTimeout(() => this.told(this.waiting.splice(0)), 30); // many at once are drawn once; a hidden tab has no frames
  }
}
