using System.Runtime.InteropServices;

namespace Evenkeel.Numerics.Work;

/// <summary>A team of threads that forks and joins in well under a microsecond; thread 0 is the caller.</summary>
/// <remarks>
/// <para>Each member first takes the pieces of its own contiguous share (the same pieces meet the same caches step after step), then helps the others.
/// A share's counter carries the region's number in its upper half, so a member that wakes up late finds nothing to take and nobody waits for it.</para>
/// <para>Members are leased from one process-wide pool that never holds more threads than the machine has cores; a team may therefore
/// have fewer threads than asked for. Results do not depend on it. A member that finds no work for 50 microseconds parks.</para>
/// <para>One thread at a time may call <see cref="Run"/>; an exception in a piece is thrown by <see cref="Run"/> after all pieces have ended.</para>
/// </remarks>
public sealed class WorkTeam : IDisposable
{
    private readonly TeamMember[] _members;
    private readonly Share[] _shares;
    private PieceJob? _job;
    private int _pieces;
    private int _region;
    private CompletedPieces _completed;
    private Exception? _failure;
    private bool _disposed;

    private WorkTeam(TeamMember[] members)
    {
        _members = members;
        _shares = new Share[members.Length + 1];
        for (var i = 0; i < members.Length; i++) members[i].Join(this, i + 1);
    }

    /// <summary>The number of threads, the caller included.</summary>
    public int Threads => _shares.Length;

    /// <summary>Leases a team.</summary>
    /// <param name="threads">The number of threads wanted, the caller included; 0 for as many as the machine has cores.</param>
    /// <returns>A team of at most that many threads: fewer where other teams hold the cores.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is negative.</exception>
    public static WorkTeam Lease(int threads = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        var wanted = threads == 0 ? Environment.ProcessorCount : threads;
        return new WorkTeam(TeamPool.Take(wanted - 1));
    }

    /// <summary>Runs every piece of <paramref name="job"/> once and returns when all have ended.</summary>
    /// <param name="job">The work.</param>
    /// <param name="pieces">The number of pieces, 0 or more.</param>
    public void Run(PieceJob job, int pieces)
    {
        if (_members.Length == 0 || pieces <= 1)
        {
            for (var piece = 0; piece < pieces; piece++) job.Run(piece, 0);
            GC.KeepAlive(job);
            return;
        }

        // First nothing is on offer: a member that comes late would else hold the old counter against the new number of pieces and take one too many.
        var region = unchecked(_region + 1);
        for (var i = 0; i < _shares.Length; i++) Volatile.Write(ref _shares[i].Next, Tag(region, int.MaxValue));
        _job = job;
        Volatile.Write(ref _pieces, pieces);
        Volatile.Write(ref _completed.Count, 0);
        for (var i = 0; i < _shares.Length; i++)
            Volatile.Write(ref _shares[i].Next, Tag(region, (int)((long)pieces * i / _shares.Length)));
        Volatile.Write(ref _region, region);
        Interlocked.MemoryBarrier();
        foreach (var member in _members) member.WakeIfParked();

        Participate(region, 0);
        var spinner = new SpinThenYield();
        while (Volatile.Read(ref _completed.Count) < pieces) spinner.Once();

        _job = null;
        if (_failure is { } failure)
        {
            _failure = null;
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }

    /// <summary>Gives the team's threads back to the pool.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        foreach (var member in _members) member.Leave();
        TeamPool.Return(_members);
    }

    /// <summary>The number of the newest region; a member compares it with the last one that it saw.</summary>
    internal int Region => Volatile.Read(ref _region);

    internal void Participate(int region, int worker)
    {
        var done = 0;
        for (var i = 0; i < _shares.Length; i++)
        {
            var owner = worker + i;
            if (owner >= _shares.Length) owner -= _shares.Length;
            while (TryTake(region, owner, out var piece))
            {
                try
                {
                    _job!.Run(piece, worker);
                }
                catch (Exception exception)
                {
                    Interlocked.CompareExchange(ref _failure, exception, null);
                }

                done++;
            }
        }

        if (done > 0) Interlocked.Add(ref _completed.Count, done);
    }

    private bool TryTake(int region, int owner, out int piece)
    {
        ref var next = ref _shares[owner].Next;
        while (true)
        {
            var seen = Volatile.Read(ref next);
            piece = (int)seen;
            if ((int)(seen >> 32) != region) return false;

            // A newer count than the region's is read only after the counter was taken back, and then the exchange fails.
            var end = (int)((long)Volatile.Read(ref _pieces) * (owner + 1) / _shares.Length);
            if (piece >= end) return false;
            if (Interlocked.CompareExchange(ref next, seen + 1, seen) == seen) return true;
        }
    }

    private static long Tag(int region, int next) => ((long)region << 32) | (uint)next;

    /// <summary>A counter on cache lines of its own: members must not slow each other down by taking pieces.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Share
    {
        [FieldOffset(128)]
        public long Next;
    }

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct CompletedPieces
    {
        [FieldOffset(128)]
        public int Count;
    }
}
