// Tells the page whether this browser has a camera and lets it be used; again whenever that changes.

async function look() {
  if (!navigator.mediaDevices?.enumerateDevices) return "insecure";
  const devices = await navigator.mediaDevices.enumerateDevices();
  if (!devices.some((device) => device.kind === "videoinput")) return "none";
  try {
    const permission = await navigator.permissions.query({ name: "camera" });
    return permission.state === "denied" ? "denied" : "ok";
  } catch {
    return "ok"; // Firefox knows no such permission
  }
}

export default function ({ setStateValue, parentElement }) {
  const tell = async () => {
    const state = await look();
    if (parentElement.told !== state) {
      parentElement.told = state;
      setStateValue("state", state);
    }
  };
  tell();
  const timer = setInterval(tell, 2000);
  return () => clearInterval(timer);
}
