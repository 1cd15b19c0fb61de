using Evenkeel.Numerics.Work;

namespace Evenkeel.Numerics.Tests.Work;

public sealed class WorkTeamTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 5)]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    [InlineData(2, 7)]
    [InlineData(2, 1000)]
    public void Every_piece_runs_exactly_once_in_every_region(int threads, int pieces)
    {
        using var team = WorkTeam.Lease(threads);
        var job = new CountingJob(pieces);
        const int regions = 2000;
        for (var i = 0; i < regions; i++) team.Run(job, pieces);
        Assert.All(job.Runs, static runs => Assert.Equal(regions, runs));
    }

    [Fact]
    public void A_region_that_is_larger_than_the_one_before_runs_every_piece_once()
    {
        // A member that comes late to a small region must not take a piece by the count of the next one.
        using var team = WorkTeam.Lease(2);
        CountingJob small = new(2), large = new(64);
        const int regions = 100_000;
        for (var i = 0; i < regions; i++)
        {
            team.Run(small, 2);
            team.Run(large, 64);
        }

        Assert.All(small.Runs, static runs => Assert.Equal(regions, runs));
        Assert.All(large.Runs, static runs => Assert.Equal(regions, runs));
    }

    [Fact]
    public void A_team_has_at_least_its_caller_and_never_more_threads_than_cores()
    {
        using var first = WorkTeam.Lease(1000);
        using var second = WorkTeam.Lease(1000);
        Assert.InRange(first.Threads, 1, Environment.ProcessorCount);
        Assert.InRange(second.Threads, 1, Environment.ProcessorCount);
    }

    [Fact]
    public void Members_that_parked_wake_up_for_the_next_region()
    {
        using var team = WorkTeam.Lease(2);
        var job = new CountingJob(64);
        for (var i = 0; i < 20; i++)
        {
            team.Run(job, 64);
            Thread.Sleep(2);
        }

        Assert.All(job.Runs, static runs => Assert.Equal(20, runs));
    }

    [Fact]
    public void An_exception_in_a_piece_reaches_the_caller_after_all_pieces_ended_and_the_team_lives_on()
    {
        using var team = WorkTeam.Lease(2);
        var job = new CountingJob(10) { Fails = 3 };
        Assert.Throws<InvalidOperationException>(() => team.Run(job, 10));
        job.Fails = -1;
        team.Run(job, 10);
        Assert.All(job.Runs, static runs => Assert.Equal(2, runs));
    }

    [Fact]
    public void Running_regions_allocates_nothing()
    {
        using var team = WorkTeam.Lease(2);
        var job = new CountingJob(8);
        for (var i = 0; i < 100; i++) team.Run(job, 8);

        // What the runtime makes once for a thread may fall into one window, an allocation per region would be in all.
        Assert.Equal(0, Enumerable.Range(0, 3).Min(_ => AllocatedOver(team, job)));
    }

    private static long AllocatedOver(WorkTeam team, PieceJob job)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 3_000; i++)
        {
            // About as long as members wait before they park: waking and parking meet in every way.
            if (i % 2 == 1) Thread.SpinWait(i);
            team.Run(job, 8);
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private sealed class CountingJob(int pieces) : PieceJob
    {
        public int[] Runs { get; } = new int[pieces];

        public int Fails { get; set; } = -1;

        public override void Run(int piece, int worker)
        {
            Interlocked.Increment(ref Runs[piece]);
            if (piece == Fails) throw new InvalidOperationException("planted");
        }
    }
}
