using Evenkeel.Graph.Models;
using Evenkeel.Numerics.Kernels;
using Evenkeel.Numerics.Kernels.Reduction;
using Evenkeel.Numerics.Work;

namespace Evenkeel.Engine.Execution;

/// <summary>Reads all gradients once: their norm, and whether they are finite. A step commits only after this.</summary>
internal sealed unsafe class GradientCheck : PieceJob
{
    private readonly TensorStore<float> _gradients;
    private readonly KernelEntry<GradientProbeArguments> _kernel;
    private readonly (long Start, int Count, bool Kind)[] _pieces;
    private readonly (double SumOfSquares, bool IsFinite)[] _partial;

    public GradientCheck(Model model, TensorStore<float> gradients, int width)
    {
        _gradients = gradients;
        _pieces = ParameterPieces.Of(model, static _ => true);
        _kernel = KernelEntry<GradientProbeArguments>.Of<GradientProbe>(width);
        _partial = new (double, bool)[_pieces.Length];
    }

    public (double Norm, bool IsFinite) Run(WorkTeam team)
    {
        team.Run(this, _partial.Length);
        var (sum, isFinite) = (0.0, true);
        foreach (var partial in _partial)
        {
            sum += partial.SumOfSquares;
            isFinite &= partial.IsFinite;
        }

        return (Math.Sqrt(sum), isFinite);
    }

    public override void Run(int piece, int worker)
    {
        var (start, count, _) = _pieces[piece];
        var arguments = new GradientProbeArguments { Values = _gradients.Pointer + start, Count = count };
        _kernel.Run(ref arguments);
        _partial[piece] = (arguments.SumOfSquares, arguments.IsFinite);
    }
}
