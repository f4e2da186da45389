// Two videos in step: the enhanced one leads, the original follows it in play, pause, seek and speed.

const DRIFT = 0.02; // seconds by which the follower may be off before it runs a little faster or slower
const JUMP = 0.15; // seconds from which it is put in its place: a seek takes a slow machine longer than a frame
const SPEEDS = [1, 0.5, 0.25]; // flicker is seen best when slow

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

function mount(root) {
  const find = (name) => root.querySelector(name);
  const [before, after, stage] = [find(".before"), find(".after"), find(".stage")];
  const [play, seek, time, divider] = [".play", ".seek", ".time", ".divider"].map(find);
  const [speed, sound, layout] = [".speed", ".sound", ".layout"].map(find);

  const split = (share) => {
    const percent = Math.round(1000 * Math.min(1, Math.max(0, share))) / 10;
    root.style.setProperty("--split", `${percent}%`);
    divider.setAttribute("aria-valuenow", Math.round(percent));
    root.split = percent / 100;
  };
  const toggle = () => (after.paused ? after.play() : after.pause());
  const follow = () => {
    const behind = after.currentTime - before.currentTime;
    const running = !after.paused && !after.seeking;
    if (Math.abs(behind) > (running ? JUMP : DRIFT) && !before.seeking) before.currentTime = after.currentTime;
    const pace = after.playbackRate * (running && Math.abs(behind) > DRIFT ? (behind > 0 ? 1.25 : 0.8) : 1);
    if (before.playbackRate !== pace) before.playbackRate = pace;
    if (running && before.paused) before.play().catch(() => {}); // it begins, or ended before the leader began again
    const length = after.duration || 0;
    if (!seek.matches(":active")) seek.value = length ? (1000 * after.currentTime) / length : 0;
    time.textContent = `${clock(after.currentTime)} / ${clock(length)}`;
  };
  const every = () => {
    follow();
    if (!after.paused) requestAnimationFrame(every);
  };
  const ready = () => {
    if (after.readyState < 2 || before.readyState < 2) return;
    root.dataset.state = "ready";
    stage.style.setProperty("--ratio", after.videoWidth / after.videoHeight);
    follow();
  };

  after.onplay = () => { play.textContent = "❚❚"; play.ariaLabel = "Pause"; every(); };
  after.onpause = () => { play.textContent = "▶"; play.ariaLabel = "Play"; before.pause(); follow(); };
  after.onseeked = after.onseeking = before.onseeked = follow;
  after.loop = true;
  before.onloadeddata = after.onloadeddata = ready;
  before.onerror = after.onerror = () => {
    const problem = find(".problem");
    problem.textContent = "This browser cannot play the clip: download it instead.";
    problem.hidden = false;
  };
  play.onclick = toggle;
  seek.oninput = () => { after.currentTime = (seek.value / 1000) * (after.duration || 0); };
  speed.onclick = () => {
    const chosen = SPEEDS[(SPEEDS.indexOf(after.playbackRate) + 1) % SPEEDS.length];
    after.playbackRate = after.defaultPlaybackRate = chosen; // the default: what a clip that is loaded next begins with
    speed.textContent = `${chosen}×`;
  };
  sound.onclick = () => { after.muted = !after.muted; sound.textContent = after.muted ? "Muted" : "Sound"; };
  layout.onclick = () => {
    const side = stage.classList.toggle("side");
    layout.textContent = side ? "Wipe" : "Side by side";
  };

  const drag = (event) => {
    const box = stage.getBoundingClientRect();
    split((event.clientX - box.left) / box.width);
  };
  stage.onpointerdown = (event) => {
    if (stage.classList.contains("side")) return;
    stage.setPointerCapture(event.pointerId);
    drag(event);
    stage.onpointermove = drag;
  };
  stage.onpointerup = stage.onpointercancel = () => { stage.onpointermove = null; };
  root.onkeydown = (event) => {
    const step = { ArrowLeft: -0.02, ArrowRight: 0.02 }[event.key];
    if (event.target.tagName === "INPUT") return;
    if (step) split((root.split ?? 0.5) + step);
    else if (event.key === " " && event.target.tagName !== "BUTTON") toggle();
    else return;
    event.preventDefault();
  };
  split(0.5);
}

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".player");
  if (!root.mounted) {
    root.mounted = true;
    mount(root);
  }
  const [before, after] = [root.querySelector(".before"), root.querySelector(".after")];
  root.querySelector(".left").textContent = data.labels[0];
  root.querySelector(".right").textContent = data.labels[1];
  root.querySelector(".sound").hidden = !data.sound;
  root.style.setProperty("--mark", data.color || "#fff");
  for (const [video, source] of [[before, data.sources[0]], [after, data.sources[1]]]) {
    if (video.getAttribute("src") !== source) {
      root.dataset.state = "loading";
      video.src = source;
    }
  }
}
