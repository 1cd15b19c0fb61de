using Evenkeel.Numerics.Memory;
using Evenkeel.Numerics.Work;

namespace Evenkeel.Benchmarks;

/// <summary>A prepared case that is one or more sweeps of pieces over buffers of its own.</summary>
/// <param name="team">Who runs; the run frees it.</param>
/// <param name="pieces">Pieces of every sweep.</param>
/// <param name="buffers">What it frees.</param>
/// <param name="begin">What happens before a step; null for nothing.</param>
/// <param name="sweeps">Each is handed the piece and the worker.</param>
internal sealed class PieceRun(WorkTeam team, int pieces, NativeBuffer[] buffers, Action? begin, params Action<int, int>[] sweeps) : BenchmarkRun
{
    private readonly Job[] _jobs = [.. sweeps.Select(static sweep => new Job(sweep))];

    public override void Step()
    {
        begin?.Invoke();
        foreach (var job in _jobs) team.Run(job, pieces);
    }

    public override void Dispose()
    {
        team.Dispose();
        foreach (var buffer in buffers) buffer.Dispose();
    }

    private sealed class Job(Action<int, int> run) : PieceJob
    {
        public override void Run(int piece, int worker) => run(piece, worker);
    }
}
