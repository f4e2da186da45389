// One press of the visitor is one step of the browser's Back button. Streamlit tells the browser of every change of the
// address on its own, several for one change of page and one for each knob of those that are set together: what comes
// without a press in between takes the place of the address before it.
if (!window.lowlightSteps) {
  window.lowlightSteps = true;
  const push = history.pushState.bind(history);
  let pressed = false;
  for (const kind of ['pointerdown', 'keydown', 'click', 'input', 'drop'])
    window.addEventListener(kind, () => { pressed = true; }, true);
  window.addEventListener('popstate', () => { pressed = false; }, true);
  history.pushState = (...step) => {
    if (pressed) push(...step);
    else history.replaceState(...step);
    pressed = false;
  };
}
