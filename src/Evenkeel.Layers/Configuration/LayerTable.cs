namespace Evenkeel.Layers.Configuration;

/// <summary>The one table of layer types: what a configuration's <c>"type"</c> can say. Checkpoints rebuild models from it.</summary>
/// <remarks>All members may be called from any thread. Register types of your own before reading configurations that use them.</remarks>
public static class LayerTable
{
    internal static TypeTable<Layer> Types { get; } = new TypeTable<Layer>("layer", nameof(LayerTable))
        .Add("activation", Activation.Read, Activation.Write)
        .Add("adaptive_average_pool", AdaptiveAveragePool.Read, AdaptiveAveragePool.Write)
        .Add("adaptive_max_pool", AdaptiveMaxPool.Read, AdaptiveMaxPool.Write)
        .Add("average_pool", AveragePool.Read, AveragePool.Write)
        .Add("batch_norm", BatchNorm.Read, BatchNorm.Write)
        .Add("concatenation", Concatenation.Read, Concatenation.Write)
        .Add("convolution", Convolution.Read, Convolution.Write)
        .Add("dense", Dense.Read, Dense.Write)
        .Add("dense_connection", DenseConnection.Read, DenseConnection.Write)
        .Add("drop_connect", DropConnect.Read, DropConnect.Write)
        .Add("dropout", Dropout.Read, Dropout.Write)
        .Add("flatten", static _ => new Flatten(), static (_, _) => { })
        .Add("embedding", Embedding.Read, Embedding.Write)
        .Add("fractional_max_pool", FractionalMaxPool.Read, FractionalMaxPool.Write)
        .Add("global_average_pool", static _ => new GlobalAveragePool(), static (_, _) => { })
        .Add("gru", Gru.Read, Gru.Write)
        .Add("lstm", Lstm.Read, Lstm.Write)
        .Add("max_pool", MaxPool.Read, MaxPool.Write)
        .Add("decorrelated_batch_norm", DecorrelatedBatchNorm.Read, DecorrelatedBatchNorm.Write)
        .Add("group_norm", GroupNorm.Read, GroupNorm.Write)
        .Add("instance_norm", InstanceNorm.Read, InstanceNorm.Write)
        .Add("layer_norm", LayerNorm.Read, LayerNorm.Write)
        .Add("rms_norm", RmsNorm.Read, RmsNorm.Write)
        .Add("local_response_norm", LocalResponseNorm.Read, LocalResponseNorm.Write)
        .Add("maxout", Maxout.Read, Maxout.Write)
        .Add("masked", Masked.Read, Masked.Write)
        .Add("moment_noise", MomentNoise.Read, MomentNoise.Write)
        .Add("multi_head_attention", MultiHeadAttention.Read, MultiHeadAttention.Write)
        .Add("position_embedding", PositionEmbedding.Read, PositionEmbedding.Write)
        .Add("prelu", Prelu.Read, Prelu.Write)
        .Add("relu", static _ => new Relu(), static (_, _) => { })
        .Add("residual", Residual.Read, Residual.Write)
        .Add("rnn", Rnn.Read, Rnn.Write)
        .Add("scale", Scale.Read, Scale.Write)
        .Add("rows", static _ => new Rows(), static (_, _) => { })
        .Add("sequence_pool", SequencePool.Read, SequencePool.Write)
        .Add("sequential", Sequential.Read, Sequential.Write)
        .Add("sigmoid", static _ => new Sigmoid(), static (_, _) => { })
        .Add("spatial_dropout", SpatialDropout.Read, SpatialDropout.Write)
        .Add("stochastic_depth", StochasticDepth.Read, StochasticDepth.Write)
        .Add("subsample", Subsample.Read, Subsample.Write)
        .Add("tanh", static _ => new Tanh(), static (_, _) => { })
        .Add("transformer_block", TransformerBlock.Read, TransformerBlock.Write)
        .Add("transposed_convolution", TransposedConvolution.Read, TransposedConvolution.Write)
        .Add("upsample", Upsample.Read, Upsample.Write)
        .Add("zero_pad", ZeroPad.Read, ZeroPad.Write);

    /// <summary>All names, sorted.</summary>
    public static IEnumerable<string> Names => Types.Names;

    /// <summary>Adds a layer type of your own.</summary>
    /// <typeparam name="T">The layer's sealed class.</typeparam>
    /// <param name="name">Its name in configurations.</param>
    /// <param name="read">Makes the layer from its options; options that it does not ask for are errors.</param>
    /// <param name="write">Writes all options that <paramref name="read"/> asks for; <c>type</c> and <c>name</c> are taken.</param>
    /// <exception cref="LayerException">EK0128: the name or the type is registered already.</exception>
    public static void Register<T>(string name, Func<OptionReader, T> read, Action<T, OptionWriter> write)
        where T : Layer => Types.Add(name, read, write);
}
