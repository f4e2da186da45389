"""How far a job is, how fast, and how long it will take."""

import time
from dataclasses import dataclass


@dataclass(kw_only=True)
class Progress:
    """Counts and times of one job; times are seconds since the epoch, durations seconds."""

    state: str = "waiting"  # waiting, running, done, failed, cancelled
    done: int = 0
    before: int = 0  # of these, by an earlier job or turn, of whose work this one does the rest
    total: int = 0
    message: str = ""
    started: float | None = None
    part_started: float | None = None  # of the present part, where the work has several
    ended: float | None = None
    spent: float = 0.0  # seconds that it ran before it was queued again

    @property
    def over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in ("done", "failed", "cancelled")

    @property
    def fraction(self) -> float:
        """Share that is done, 0 to 1."""
        return min(1.0, self.done / self.total) if self.total else float(self.state == "done")

    @property
    def seconds(self) -> float:
        """Time spent running."""
        return self.spent + ((self.ended or time.time()) - self.started if self.started else 0.0)

    @property
    def pace(self) -> float | None:
        """What this job does in a second, so far in this part; ``None`` before there is anything."""
        done, began = self.done - self.before, self.part_started or self.started
        seconds = (self.ended or time.time()) - began if began else 0.0
        return done / seconds if done > 0 and seconds else None

    @property
    def seconds_left(self) -> float | None:
        """Estimated from the pace so far; ``None`` before there is one."""
        if self.state != "running" or not self.pace or not self.total:
            return None
        return max(0, self.total - self.done) / self.pace

    def begin_part(self, total: int, message: str) -> None:
        """Begin the next part of the work, which is counted and timed for itself."""
        self.done, self.total, self.message, self.part_started = 0, total, message, time.time()
