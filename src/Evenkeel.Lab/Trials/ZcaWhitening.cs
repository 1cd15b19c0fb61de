using Evenkeel.Numerics.Memory;

namespace Evenkeel.Lab.Trials;

/// <summary>Whitens a batch: <c>(x - mean) C^-1/2</c>, C the covariance of the features plus a little of the identity.</summary>
/// <remarks>
/// The inverse root comes from the coupled Newton-Schulz iteration (Higham, Functions of Matrices, equation 6.35), <c>Y' = Y (3 I - Z Y) / 2</c>, <c>Z' = (3 I - Z Y) Z / 2</c>
/// from <c>Y = C / |C|</c> and <c>Z = I</c>: matrix products alone, so that the comparison with batch normalisation is one of the library's kernels.
/// </remarks>
internal sealed class ZcaWhitening : IDisposable
{
    private const int Iterations = 20;
    private const float Ridge = 1e-3f;

    private readonly int _samples;
    private readonly int _features;
    private readonly SerialProduct _covariance;
    private readonly SerialProduct _square;
    private readonly SerialProduct _apply;
    private readonly NativeBuffer _centered;
    private readonly NativeBuffer _result;
    private readonly NativeBuffer[] _matrices;

    public ZcaWhitening(int samples, int features)
    {
        (_samples, _features) = (samples, features);
        _covariance = new SerialProduct(features, features, samples, transposeLeft: true);
        _square = new SerialProduct(features, features, features);
        _apply = new SerialProduct(samples, features, features);
        _centered = new NativeBuffer((long)samples * features);
        _result = new NativeBuffer((long)samples * features);
        _matrices = [.. Enumerable.Range(0, 5).Select(_ => new NativeBuffer((long)features * features))];
    }

    /// <summary>The whitened batch; valid until the next run.</summary>
    public ReadOnlySpan<float> Run(ReadOnlySpan<float> batch)
    {
        Center(batch);
        var (y, z, product, nextY, nextZ) = (_matrices[0], _matrices[1], _matrices[2], _matrices[3], _matrices[4]);
        _covariance.Run(_centered, _centered, y);
        var sum = 0.0;
        foreach (ref var value in y.Span) value /= _samples;
        for (var i = 0; i < _features; i++) y.Span[(i * _features) + i] += Ridge;
        foreach (var value in y.Span) sum += (double)value * value;
        var norm = (float)Math.Sqrt(sum);
        foreach (ref var value in y.Span) value /= norm;
        z.Span.Clear();
        for (var i = 0; i < _features; i++) z.Span[(i * _features) + i] = 1;
        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            _square.Run(z, y, product);
            foreach (ref var value in product.Span) value *= -0.5f;
            for (var i = 0; i < _features; i++) product.Span[(i * _features) + i] += 1.5f;
            _square.Run(y, product, nextY);
            _square.Run(product, z, nextZ);
            (y, nextY, z, nextZ) = (nextY, y, nextZ, z);
        }

        _apply.Run(_centered, z, _result);
        var root = 1 / MathF.Sqrt(norm);
        foreach (ref var value in _result.Span) value *= root;
        return _result.Span;
    }

    public void Dispose()
    {
        foreach (var buffer in _matrices) buffer.Dispose();
        _covariance.Dispose();
        _square.Dispose();
        _apply.Dispose();
        _centered.Dispose();
        _result.Dispose();
    }

    private void Center(ReadOnlySpan<float> batch)
    {
        var means = new double[_features];
        for (var i = 0; i < batch.Length; i++) means[i % _features] += (double)batch[i] / _samples;
        for (var i = 0; i < batch.Length; i++) _centered.Span[i] = (float)(batch[i] - means[i % _features]);
    }
}
