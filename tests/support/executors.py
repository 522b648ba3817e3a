"""Executors of no known kind."""

import pickle
from concurrent.futures import BrokenExecutor, Executor, Future


class Wire(Executor):
    """What goes in and out is bytes; `before` happens between sending and work, the first `losses` tasks are lost."""

    def __init__(self, before=lambda: None, losses=0):
        self.before, self.losses = before, losses
        self.sent = self.most = self.waiting = 0

    def submit(self, function, /, *arguments):
        self.sent += 1
        future = Future()
        if self.losses:
            self.losses -= 1
            future.set_exception(BrokenExecutor("a worker died"))
            return future
        self.waiting += 1
        self.most = max(self.most, self.waiting)
        data = pickle.dumps((function, arguments))

        def result(timeout=None):
            self.before()
            function, arguments = pickle.loads(data)
            self.waiting -= 1
            return pickle.loads(pickle.dumps(function(*arguments)))

        future.result = result
        return future
