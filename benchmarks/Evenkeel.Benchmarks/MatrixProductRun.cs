using Evenkeel.Numerics.Kernels.MatrixProduct;
using Evenkeel.Numerics.Memory;
using Evenkeel.Numerics.Work;

namespace Evenkeel.Benchmarks;

/// <summary>A matrix product of any shape on a team: random operands, no bias, C replaced.</summary>
public sealed unsafe class MatrixProductRun : BenchmarkRun
{
    private readonly MatrixProduct _product;
    private readonly WorkTeam _team;
    private readonly NativeBuffer _a;
    private readonly NativeBuffer _b;
    private readonly NativeBuffer _c;
    private readonly NativeBuffer _shared;
    private readonly NativeBuffer[] _scratch;
    private readonly PhaseJob _job;

    /// <summary>Prepares the product.</summary>
    /// <param name="bits">The pack width.</param>
    /// <param name="shape">The shape.</param>
    /// <param name="partition">How it is split.</param>
    /// <param name="threads">The threads of the team.</param>
    public MatrixProductRun(int bits, MatrixProductShape shape, MatrixProductPartition partition, int threads)
        : this(MatrixProduct.Create(bits, shape, partition), threads)
    {
    }

    /// <summary>Takes a product made elsewhere.</summary>
    /// <param name="product">The product; its capacity is the shape that runs.</param>
    /// <param name="threads">The threads of the team.</param>
    public MatrixProductRun(MatrixProduct product, int threads)
    {
        _product = product;
        _team = WorkTeam.Lease(threads);
        var shape = product.Capacity;
        _a = new NativeBuffer((long)shape.M * shape.K);
        _b = new NativeBuffer((long)shape.K * shape.N);
        _c = new NativeBuffer((long)shape.M * shape.N);
        _shared = new NativeBuffer(product.SharedFloats);
        _scratch = [.. Enumerable.Range(0, _team.Threads).Select(_ => new NativeBuffer(product.ScratchFloats))];
        Fill(_a.Span, 1);
        Fill(_b.Span, 2);
        _job = new PhaseJob(product, _scratch, new MatrixProductCall
        {
            Shape = shape,
            A = _a.Pointer,
            LeadingA = shape.TransposeA ? shape.M : shape.K,
            B = _b.Pointer,
            LeadingB = shape.TransposeB ? shape.K : shape.N,
            C = _c.Pointer,
            LeadingC = shape.N,
            Shared = _shared.Pointer,
        });
    }

    /// <inheritdoc/>
    public override void Step()
    {
        for (var phase = 0; phase < _product.Phases; phase++)
        {
            _job.Phase = phase;
            _team.Run(_job, _product.Pieces(phase, _product.Capacity));
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _team.Dispose();
        foreach (var buffer in _scratch) buffer.Dispose();
        _shared.Dispose();
        _c.Dispose();
        _b.Dispose();
        _a.Dispose();
    }

    private static void Fill(Span<float> values, int seed)
    {
        var random = new Random(seed);
        foreach (ref var value in values) value = random.NextSingle() - 0.5f;
    }

    private sealed class PhaseJob(MatrixProduct product, NativeBuffer[] scratch, MatrixProductCall call) : PieceJob
    {
        public int Phase { get; set; }

        public override void Run(int piece, int worker)
        {
            var own = call;
            own.Scratch = scratch[worker].Pointer;
            product.Run(Phase, piece, own);
        }
    }
}
