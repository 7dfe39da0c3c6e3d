"""What the site remembers of its own upkeep: when each job ran, and how it ended."""

from django.db import models

from .querysets import JobRunQuerySet


class JobRun(models.Model):
    """One run of a command that a timer starts; without an end, it was killed or still runs."""

    class Outcome(models.TextChoices):
        BEGAN = "began"
        DONE = "done"
        FAILED = "failed"

    name = models.CharField(max_length=40)
    began = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=6, choices=Outcome, default=Outcome.BEGAN)
    told = models.CharField(max_length=300, blank=True)

    objects = JobRunQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["name", "-began"], name="job_run_latest")]

    def __str__(self) -> str:
        return f"{self.name}, {self.began:%Y-%m-%d %H:%M}"
