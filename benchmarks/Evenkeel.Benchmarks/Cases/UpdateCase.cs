using System.Globalization;
using Evenkeel.Graph.Models;
using Evenkeel.Numerics.Memory;
using Evenkeel.Numerics.Packs;
using Evenkeel.Numerics.Randomness;
using Evenkeel.Numerics.Work;
using Evenkeel.Optimization.Optimizers;

namespace Evenkeel.Benchmarks.Cases;

/// <summary>The update of an optimizer alone, as plans run it.</summary>
/// <param name="optimizer">Its name.</param>
/// <param name="parameters">How many there are, a multiple of 8,192.</param>
public sealed unsafe class UpdateCase(string optimizer, int parameters) : BenchmarkCase
{
    private const int PieceFloats = 8 * 1024;

    /// <inheritdoc/>
    public override string Name { get; } = string.Create(CultureInfo.InvariantCulture, $"op/update-{optimizer}-{parameters >> 10}k");

    /// <inheritdoc/>
    public override BenchmarkRun Prepare(int threads)
    {
        var team = WorkTeam.Lease(threads);
        var method = OptimizerTable.Create(optimizer);
        NativeBuffer w = new(parameters), g = new(parameters), slots = new((long)parameters * method.Slots.Length);
        new RandomStream(0, "w").FillUniform(w.Span);
        new RandomStream(0, "g").FillUniform(g.Span);
        var sweeper = method.CreateSweeper(PackWidths.Widest);
        var commit = 0L;
        return new PieceRun(team, parameters / PieceFloats, [w, g, slots], () => sweeper.Begin(commit++, 1e-6f), (piece, _) =>
        {
            var range = new UpdateRange(w.Pointer, g.Pointer, slots.Pointer, parameters, (long)piece * PieceFloats, PieceFloats);
            sweeper.Run(in range, decays: true);
        });
    }
}
