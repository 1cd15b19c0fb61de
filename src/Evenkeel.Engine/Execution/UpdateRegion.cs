using Evenkeel.Graph.Models;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Update;
using Evenkeel.Numerics.Work;

namespace Evenkeel.Engine.Execution;

/// <summary>One pass of the optimizer over all trained parameters, which stand side by side: first those that decay, then those that do not.</summary>
internal sealed unsafe class UpdateRegion : PieceJob
{
    private const int PieceFloats = 16 * 1024;

    private readonly TensorStore<float> _parameters;
    private readonly TensorStore<float> _gradients;
    private readonly TensorStore<float> _slots;
    private readonly UpdateSweeper _sweeper;
    private readonly KernelEntry<GradientClipArguments> _clip;
    private readonly (long Start, int Count, bool Decays)[] _pieces;
    private GradientChange _change;

    public UpdateRegion(Model model, TensorStore<float> gradients, TensorStore<float> slots, UpdateMethod method, int width)
    {
        (_parameters, _gradients, _slots) = (model.Parameters, gradients, slots);
        _sweeper = method.CreateSweeper(width);
        _clip = KernelEntry<GradientClipArguments>.Of<GradientClip>(width);
        var pieces = new List<(long, int, bool)>();
        foreach (var decays in (ReadOnlySpan<bool>)[true, false])
        {
            var group = model.ParameterNodes.Where(node => node.IsTrainable && node.Decays == decays).Select(node => model.Parameters[node.Name]).ToArray();
            if (group.Length == 0) continue;
            var end = group[^1].Offset + TensorLayout.Align(group[^1].Length);
            for (var start = group[0].Offset; start < end; start += PieceFloats) pieces.Add((start, (int)Math.Min(PieceFloats, end - start), decays));
        }

        _pieces = [.. pieces];
    }

    public void Run(WorkTeam team, long commit, float learningRate, GradientChange change)
    {
        _change = change;
        _sweeper.Begin(commit, learningRate);
        team.Run(this, _pieces.Length);
    }

    public override void Run(int piece, int worker)
    {
        var (start, count, decays) = _pieces[piece];
        if (_change != GradientChange.None)
        {
            // While the piece is on its way into the caches for the update.
            var arguments = new GradientClipArguments { Gradients = _gradients.Pointer + start, Count = count, Factor = _change.Factor, Limit = _change.Limit };
            _clip.Run(ref arguments);
        }

        var range = new UpdateRange(_parameters.Pointer, _gradients.Pointer, _slots.Length == 0 ? null : _slots.Pointer, _parameters.Length, start, count);
        _sweeper.Run(in range, decays);
    }
}
