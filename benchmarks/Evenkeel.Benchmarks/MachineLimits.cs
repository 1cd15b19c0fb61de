using System.Diagnostics;
using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Memory;
using Evenkeel.Numerics.Packs;
using Evenkeel.Numerics.Work;

namespace Evenkeel.Benchmarks;

/// <summary>What the machine can do at most, measured in the same process as the figures that are held against it.</summary>
public static unsafe class MachineLimits
{
    private const int PiecesPerThread = 8;

    /// <summary>The multiply-add peak, from 12 independent chains that never leave the registers.</summary>
    /// <param name="bits">The pack width: 512, 256, 128 or 32.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="seconds">How long to measure.</param>
    /// <returns>10^9 floating-point operations per second, two for each multiply-add: the fastest of many short rounds.</returns>
    public static double MultiplyAddPeak(int bits, int threads, double seconds = 0.3)
    {
        using var team = WorkTeam.Lease(threads);
        var job = PackWidths.Dispatch<ChainCreation, PieceJob>(bits, default);
        var pieces = team.Threads * PiecesPerThread;
        var fastest = Fastest(team, job, pieces, seconds);
        return 2e-9 * ChainJob<Pack1>.Chains * ChainJob<Pack1>.Steps * (bits / 32.0) * pieces / fastest;
    }

    /// <summary>The bandwidth of <c>y = x</c> over arrays that no cache holds, bytes read and written counted.</summary>
    /// <param name="threads">Threads.</param>
    /// <param name="megabytes">The size of each array, in units of 2^20 bytes.</param>
    /// <param name="seconds">How long to measure.</param>
    /// <returns>10^9 bytes per second.</returns>
    public static double CopyBandwidth(int threads, int megabytes = 128, double seconds = 1) => Stream(threads, megabytes, seconds, triad: false);

    /// <summary>The bandwidth of <c>y = x + a z</c> over arrays that no cache holds, bytes read and written counted.</summary>
    /// <inheritdoc cref="CopyBandwidth"/>
    public static double TriadBandwidth(int threads, int megabytes = 128, double seconds = 1) => Stream(threads, megabytes, seconds, triad: true);

    private static double Stream(int threads, int megabytes, double seconds, bool triad)
    {
        var length = (long)megabytes << 18;
        using var team = WorkTeam.Lease(threads);
        using var x = new NativeBuffer(length);
        using var y = new NativeBuffer(length);
        using var z = new NativeBuffer(triad ? length : 0);
        var pieces = team.Threads * PiecesPerThread;
        var job = PackWidths.Dispatch<SweepCreation, PieceJob>(PackWidths.Widest, new(x, y, triad ? z : null, pieces));
        return 1e-9 * length * sizeof(float) * (triad ? 3 : 2) / Fastest(team, job, pieces, seconds);
    }

    private static double Fastest(WorkTeam team, PieceJob job, int pieces, double seconds)
    {
        var fastest = double.PositiveInfinity;
        var begin = Stopwatch.GetTimestamp();
        for (var round = 0; round < 5 || Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            team.Run(job, pieces);
            fastest = Math.Min(fastest, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return fastest;
    }

    private readonly struct ChainCreation : IPackFunction<PieceJob>
    {
        public PieceJob Invoke<P>()
            where P : struct, IPack<P> => new ChainJob<P>();
    }

    private sealed class ChainJob<P> : PieceJob
        where P : struct, IPack<P>
    {
        public const int Chains = 12;
        public const int Steps = 4096;
        private float _sink;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public override void Run(int piece, int worker)
        {
            var x = P.Broadcast(0.999f);
            var y = P.Broadcast(0.001f);
            P c0 = y, c1 = y, c2 = y, c3 = y, c4 = y, c5 = y, c6 = y, c7 = y, c8 = y, c9 = y, c10 = y, c11 = y;
            for (var step = 0; step < Steps; step++)
            {
                P.AddProduct(ref c0, x, y);
                P.AddProduct(ref c1, x, y);
                P.AddProduct(ref c2, x, y);
                P.AddProduct(ref c3, x, y);
                P.AddProduct(ref c4, x, y);
                P.AddProduct(ref c5, x, y);
                P.AddProduct(ref c6, x, y);
                P.AddProduct(ref c7, x, y);
                P.AddProduct(ref c8, x, y);
                P.AddProduct(ref c9, x, y);
                P.AddProduct(ref c10, x, y);
                P.AddProduct(ref c11, x, y);
            }

            _sink = P.Sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11);
        }
    }

    private readonly record struct SweepCreation(NativeBuffer X, NativeBuffer Y, NativeBuffer? Z, int Pieces) : IPackFunction<PieceJob>
    {
        public PieceJob Invoke<P>()
            where P : struct, IPack<P> => new SweepJob<P>(X, Y, Z, Pieces);
    }

    private sealed class SweepJob<P>(NativeBuffer x, NativeBuffer y, NativeBuffer? z, int pieces) : PieceJob
        where P : struct, IPack<P>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public override void Run(int piece, int worker)
        {
            var vectors = x.Length / P.Width;
            var first = vectors * piece / pieces * P.Width;
            var end = vectors * (piece + 1) / pieces * P.Width;
            float* source = x.Pointer, destination = y.Pointer;
            if (z is null)
            {
                for (var i = first; i < end; i += P.Width) P.Store(destination + i, P.Load(source + i));
                return;
            }

            var addend = z.Pointer;
            var factor = P.Broadcast(0.5f);
            for (var i = first; i < end; i += P.Width) P.Store(destination + i, P.MultiplyAdd(P.Load(addend + i), factor, P.Load(source + i)));
        }
    }
}
