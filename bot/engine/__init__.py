"""Engines: what runs the steps of the pipeline and the senders."""

from bot.engine import memory
from bot.engine.heartbeat import beat
from bot.engine.in_process import InProcess
from bot.engine.work import Engine, Step, Steps, Work

__all__ = ["Engine", "InProcess", "Step", "Steps", "Work", "beat", "memory"]
