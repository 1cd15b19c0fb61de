using System.Collections.Immutable;
using Evenkeel.Graph.Models;
using Evenkeel.Graph.Nodes;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Update;
using Evenkeel.Numerics.Memory;
using Evenkeel.Numerics.Work;

namespace Evenkeel.Engine.Execution;

/// <summary>One pass of the optimizer over all trained parameters: those that decay, those that do not, and what parameter groups tell apart.</summary>
internal sealed unsafe class UpdateRegion : PieceJob
{
    private readonly TensorStore<float> _parameters;
    private readonly TensorStore<float> _gradients;
    private readonly TensorStore<float> _slots;
    private readonly UpdateSweeper _sweeper;
    private readonly KernelEntry<GradientClipArguments> _clip;
    private readonly UnitClipping _unitClip;
    private readonly KernelEntry<AbsolutePenaltyArguments> _penalty;
    private readonly float _l1;
    private readonly MaximumNormRegion? _maximumNorm;
    private readonly (long Start, int Count, Treatment Treatment, int Tensor)[] _pieces;

    // Where an update needs sums over tensors: those of the pieces, and those of the tensors, for which steps hold pointers.
    private readonly double[] _partial;
    private readonly NativeBuffer _totals;
    private GradientChange _change;
    private float _pending;
    private bool _measures;
    private bool _onlyFollows;

    public UpdateRegion(Model model, TensorStore<float> gradients, TensorStore<float> slots, UpdateMethod method, int width)
    {
        (_parameters, _gradients, _slots) = (model.Parameters, gradients, slots);
        _sweeper = method.CreateSweeper(width);
        _clip = KernelEntry<GradientClipArguments>.Of<GradientClip>(width);
        _unitClip = new UnitClipping(model, gradients, width);
        _penalty = KernelEntry<AbsolutePenaltyArguments>.Of<AbsolutePenalty>(width);
        _l1 = method.Regularization.L1;
        _maximumNorm = float.IsFinite(method.Regularization.MaximumNorm) ? new MaximumNormRegion(model, method.Regularization.MaximumNorm, width) : null;
        _pieces = Pieces(model, method.Groups, byTensor: _sweeper.Sums > 0);
        _partial = new double[_pieces.Length * _sweeper.Sums];
        _totals = new NativeBuffer((long)model.ParameterNodes.Length * _sweeper.Sums * sizeof(double) / sizeof(float));
    }

    private double* Totals => (double*)_totals.Pointer;

    public void Run(WorkTeam team, long commit, float learningRate, GradientChange change)
    {
        if (change.UnitRatio > 0) _unitClip.Run(team, change);
        _change = change with { UnitRatio = 0, UnitFloor = 0 };
        _pending = _l1;
        _sweeper.Begin(commit, learningRate);
        if (_sweeper.Sums > 0)
        {
            Array.Clear(_partial);
            _measures = true;
            team.Run(this, _pieces.Length);
            _measures = false;
            Merge();

            // Gradients are bounded and penalised by now.
            (_change, _pending) = (GradientChange.None, 0);
        }

        team.Run(this, _pieces.Length);
        if (_maximumNorm is null) return;
        _maximumNorm.Run(team);
        if (!_sweeper.Follows) return;
        _onlyFollows = true;
        team.Run(this, _pieces.Length);
        _onlyFollows = false;
    }

    public override void Run(int piece, int worker)
    {
        var (start, count, treatment, tensor) = _pieces[piece];
        var sums = _sweeper.Sums;
        var range = new UpdateRange(_parameters.Pointer, _gradients.Pointer, _slots.Length == 0 ? null : _slots.Pointer, _parameters.Length, start, count)
        {
            RateFactor = treatment.RateFactor,
            DecayFactor = treatment.DecayFactor,
            TensorSums = sums == 0 ? null : Totals + (tensor * sums),
        };
        if (_onlyFollows)
        {
            _sweeper.Follow(in range);
            return;
        }

        if (_change != GradientChange.None)
        {
            // While the piece is on its way into the caches for the update.
            var arguments = new GradientClipArguments { Gradients = range.Gradients, Count = count, Factor = _change.Factor, Limit = _change.Limit };
            _clip.Run(ref arguments);
        }

        if (_pending > 0 && treatment.Decays)
        {
            var arguments = new AbsolutePenaltyArguments { Parameters = range.Parameters, Gradients = range.Gradients, Count = count, Factor = _pending * treatment.DecayFactor };
            _penalty.Run(ref arguments);
        }

        if (_measures)
        {
            _sweeper.Measure(in range, treatment.Decays, _partial.AsSpan(piece * sums, sums));
            return;
        }

        _sweeper.Run(in range, treatment.Decays);
        if (_maximumNorm is null) _sweeper.Follow(in range);
    }

    /// <summary>The pieces' sums make those of the tensors, in the pieces' order.</summary>
    private void Merge()
    {
        var sums = _sweeper.Sums;
        _totals.Span.Clear();
        for (var piece = 0; piece < _pieces.Length; piece++)
        {
            for (var i = 0; i < sums; i++) Totals[(_pieces[piece].Tensor * sums) + i] += _partial[(piece * sums) + i];
        }
    }

    /// <summary>Neighbours that are treated alike may share a piece; where updates need sums over tensors, no two tensors do.</summary>
    private static (long Start, int Count, Treatment Treatment, int Tensor)[] Pieces(Model model, ImmutableArray<ParameterGroup> groups, bool byTensor) =>
    [
        .. ParameterPieces.Of(model, node => (Treatment: Treatment.Of(node, groups), Tensor: byTensor ? model.ParameterNodes.IndexOf(node) : 0))
            .Select(static piece => (piece.Start, piece.Count, piece.Kind.Treatment, piece.Kind.Tensor)),
    ];

    private readonly record struct Treatment(bool Decays, float RateFactor, float DecayFactor)
    {
        public static Treatment Of(ParameterNode node, ImmutableArray<ParameterGroup> groups)
        {
            var group = groups.FirstOrDefault(group => group.Matches(node.Name));
            return group is null ? new(node.Decays, 1, 1)
                : group.DecayFactor is { } factor ? new(factor > 0, group.RateFactor, factor)
                : new(node.Decays, group.RateFactor, 1);
        }
    }
}
