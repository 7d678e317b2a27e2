using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Primitives;

public sealed class WorkerTeamTests
{
    public static TheoryData<int> Counts => [1, 2, 3, 4];

    [Theory]
    [MemberData(nameof(Counts))]
    public void Every_worker_runs_once_per_run(int count)
    {
        using var team = new WorkerTeam(count);
        var runs = new int[count];
        var work = new TeamWork(worker =>
        {
            Assert.Equal(count, worker.Count);
            Interlocked.Increment(ref runs[worker.Index]);
        });
        for (int run = 1; run <= 1000; run++)
        {
            team.Run(work);
            Assert.All(runs, times => Assert.Equal(run, times));
        }
    }

    [Fact]
    public void The_calling_thread_is_worker_zero_and_each_other_worker_keeps_a_thread_of_its_own()
    {
        using var team = new WorkerTeam(3);
        int[] first = ThreadsOf(team), second = ThreadsOf(team);
        Assert.Equal(Environment.CurrentManagedThreadId, first[0]);
        Assert.Equal(3, first.Distinct().Count());
        Assert.Equal(first, second);

        static int[] ThreadsOf(WorkerTeam team)
        {
            var threads = new int[3];
            team.Run(new TeamWork(worker => threads[worker.Index] = Environment.CurrentManagedThreadId));
            return threads;
        }
    }

    [Theory]
    [MemberData(nameof(Counts))]
    public void What_was_written_before_a_barrier_is_read_after_it(int count)
    {
        const int Rounds = 10_000;
        using var team = new WorkerTeam(count);
        // (round's parity, worker): the round that the worker is in. A worker is never more than one ahead of another, so
        // that nobody overwrites what is still being read.
        var written = new int[2, count];
        int wrong = 0;
        team.Run(new TeamWork(worker =>
        {
            for (int round = 1; round <= Rounds; round++)
            {
                written[round % 2, worker.Index] = round;
                worker.Barrier();
                for (int other = 0; other < count; other++)
                {
                    if (written[round % 2, other] != round)
                        Interlocked.Increment(ref wrong);
                }
            }
        }));
        Assert.Equal(0, wrong);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(2, 1)]
    [InlineData(4, 0)]
    [InlineData(4, 3)]
    public void An_exception_surfaces_as_it_is_and_the_team_stays_usable(int count, int failing)
    {
        using var team = new WorkerTeam(count);
        for (int time = 0; time < 100; time++)
        {
            var thrown = new InvalidDataException("the cause");
            var caught = Assert.Throws<InvalidDataException>(() => team.Run(new TeamWork(worker =>
            {
                if (worker.Index == failing)
                    throw thrown;
            })));
            Assert.Same(thrown, caught);
            int runs = 0;
            team.Run(new TeamWork(_ => Interlocked.Increment(ref runs)));
            Assert.Equal(count, runs);
        }
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    public void A_failure_frees_those_who_wait_at_a_barrier_and_is_reported_as_the_cause(int count, int failing)
    {
        using var team = new WorkerTeam(count);
        for (int time = 0; time < 100; time++)
        {
            int beyond = 0;
            Assert.Throws<InvalidDataException>(() => team.Run(new TeamWork(worker =>
            {
                worker.Barrier();
                if (worker.Index == failing)
                    throw new InvalidDataException();
                worker.Barrier();
                Interlocked.Increment(ref beyond);
            })));
            Assert.Equal(0, beyond);
            AssertBarrierWorks(team);
        }
    }

    [Fact]
    public void When_all_workers_fail_one_failure_is_reported()
    {
        using var team = new WorkerTeam(4);
        var caught = Assert.Throws<InvalidDataException>(() => team.Run(new TeamWork(worker => throw new InvalidDataException($"{worker.Index}"))));
        Assert.InRange(int.Parse(caught.Message, System.Globalization.CultureInfo.InvariantCulture), 0, 3);
        AssertBarrierWorks(team);
    }

    [Fact]
    public void A_team_whose_threads_went_to_sleep_wakes_up_again()
    {
        using var team = new WorkerTeam(3);
        Thread[] threads = ThreadsOf(team);
        for (int time = 0; time < 20; time++)
        {
            WaitUntilAsleep(threads[1]);
            WaitUntilAsleep(threads[2]);
            AssertBarrierWorks(team);
        }
    }

    [Fact]
    public void Work_within_work_is_refused_and_the_team_stays_usable()
    {
        using var team = new WorkerTeam(2);
        var nested = new Nested(team);
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => team.Run(nested));
        Assert.Equal("The team is at work already; give every thread that starts work a team of its own.", error.Message);
        nested.Again = false;
        team.Run(nested);
    }

    [Fact]
    public void Disposing_ends_the_threads()
    {
        var team = new WorkerTeam(4);
        Thread[] threads = ThreadsOf(team);
        Assert.All(threads, thread => Assert.True(thread.IsAlive));
        team.Dispose();
        Assert.All(threads[1..], thread => Assert.False(thread.IsAlive));
        Assert.True(threads[0].IsAlive);
    }

    [Fact]
    public void A_team_can_be_disposed_unused_asleep_and_twice()
    {
        new WorkerTeam(3).Dispose();
        var team = new WorkerTeam(2);
        WaitUntilAsleep(ThreadsOf(team)[1]);
        team.Dispose();
        team.Dispose();
        Assert.Throws<ObjectDisposedException>(() => team.Run(new TeamWork(_ => { })));
    }

    [Fact]
    public void Running_allocates_nothing_on_any_thread()
    {
        const int Count = 3;
        using var team = new WorkerTeam(Count);
        long[] allocated = new long[Count], before = new long[Count];
        var work = new TeamWork(worker =>
        {
            worker.Barrier();
            allocated[worker.Index] = GC.GetAllocatedBytesForCurrentThread();
            worker.Barrier();
        });
        for (int run = 0; run < 10; run++)
            team.Run(work);
        allocated.CopyTo(before, 0);
        for (int run = 0; run < 1000; run++)
            team.Run(work);
        Assert.Equal(before, allocated);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_team_needs_a_worker(int count) => Assert.Throws<ArgumentOutOfRangeException>(() => new WorkerTeam(count));

    private static void AssertBarrierWorks(WorkerTeam team)
    {
        int arrived = 0, wrong = 0;
        team.Run(new TeamWork(worker =>
        {
            Interlocked.Increment(ref arrived);
            worker.Barrier();
            if (Volatile.Read(ref arrived) != worker.Count)
                Interlocked.Increment(ref wrong);
        }));
        Assert.Equal((team.Count, 0), (arrived, wrong));
    }

    private static Thread[] ThreadsOf(WorkerTeam team)
    {
        var threads = new Thread[team.Count];
        team.Run(new TeamWork(worker => threads[worker.Index] = Thread.CurrentThread));
        return threads;
    }

    // A thread that only yields is seen waiting now and then, one that sleeps is seen waiting every time.
    private static void WaitUntilAsleep(Thread thread)
    {
        int seenAsleep = 0;
        while (seenAsleep < 100)
        {
            seenAsleep = thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin) ? seenAsleep + 1 : 0;
            Thread.Yield();
        }
    }

    private sealed class Nested(WorkerTeam team) : ITeamWork
    {
        public bool Again { get; set; } = true;

        public void Run(Worker worker)
        {
            if (Again)
                team.Run(this);
        }
    }
}
