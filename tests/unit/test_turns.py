import threading
import time

from monitor.adapters.turns import Turns


def test_threads_have_their_turn_in_the_order_in_which_they_came() -> None:
    turns, came, order = Turns(1), threading.Semaphore(0), []

    def take(number: int) -> None:
        came.release()
        with turns:
            order.append(number)

    threads = [threading.Thread(target=take, args=(number,)) for number in range(8)]
    with turns:
        for number, thread in enumerate(threads):
            thread.start()
            came.acquire()
            while turns.waiting <= number:
                time.sleep(0.001)
    for thread in threads:
        thread.join()

    assert order == list(range(8))


def test_no_more_than_so_many_have_a_turn_at_once() -> None:
    turns, guard, inside, most = Turns(2), threading.Lock(), [0], [0]

    def take() -> None:
        for _ in range(50):
            with turns:
                with guard:
                    inside[0] += 1
                    most[0] = max(most[0], inside[0])
                with guard:
                    inside[0] -= 1

    threads = [threading.Thread(target=take) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most[0] <= 2
    assert turns.waiting == 0
