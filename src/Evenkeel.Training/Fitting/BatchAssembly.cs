using System.Runtime.ExceptionServices;
using Evenkeel.Data.Augmentation;
using Evenkeel.Data.Datasets;
using Evenkeel.Data.Loading;
using Evenkeel.Numerics.Work;
using InputSlot = Evenkeel.Engine.BatchSlot;

namespace Evenkeel.Training.Fitting;

/// <summary>Reads a batch into a plan's input memory and augments it, in pieces that workers run beside a step.</summary>
/// <remarks>A sample that cannot be read is an error of its own batch, not of the step beside which it was read: it is kept until that batch is wanted.</remarks>
internal sealed class BatchAssembly : PieceJob
{
    private const int SamplesPerPiece = 8;

    private readonly bool _classes;
    private readonly Augmenter? _augmenter;
    private readonly SampleMixer? _mixer;
    private Exception? _failure;

    public BatchAssembly(Loader loader, InputSlot input, Augmenter? augmenter = null, SampleMixer? mixer = null)
    {
        _mixer = mixer;
        _augmenter = augmenter;
        Batch = loader.CreateSlot();
        Input = input;
        _classes = loader.Dataset.Target.Kind == TargetKind.ClassIndex;
    }

    /// <summary>Which samples.</summary>
    public BatchSlot Batch { get; }

    /// <summary>Where they go.</summary>
    public InputSlot Input { get; }

    /// <summary>How many pieces the batch is read in: a function of its size alone.</summary>
    public int Pieces => (Batch.Count + SamplesPerPiece - 1) / SamplesPerPiece;

    /// <summary>Chooses the samples; reading them is the pieces' work.</summary>
    public void Choose(Loader loader)
    {
        loader.Next(Batch);
        Input.Count = Batch.Count;
        _failure = null;
    }

    public override void Run(int piece, int worker)
    {
        try
        {
            if (_mixer is not null)
            {
                _mixer.Assemble(Batch, piece, Pieces, Input.Features, Input.Targets, Input.TargetsPerSample, worker);
                return;
            }

            if (_classes) Batch.Assemble(piece, Pieces, Input.Features, Input.Labels);
            else Batch.Assemble(piece, Pieces, Input.Features, Input.Targets);
            _augmenter?.Apply(Batch, piece, Pieces, Input.Features, worker);
        }
        catch (Exception error)
        {
            Interlocked.CompareExchange(ref _failure, error, null);
        }
    }

    public void ThrowIfFailed()
    {
        if (_failure is { } failure) ExceptionDispatchInfo.Throw(failure);
    }
}
