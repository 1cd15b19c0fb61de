using Evenkeel.Graph.Normalization;
using Evenkeel.Numerics.Text;

namespace Evenkeel.Layers.Configuration;

/// <summary>Running averages and affine parameters as JSON: <c>{"kind":"update_rate","rate":0.1}</c>, <c>{"kind":"fixed","value":1}</c>.</summary>
internal static class BatchNormConfiguration
{
    private static readonly string[] Averages = ["update_rate", "cumulative", "auto"];
    private static readonly string[] Affines = ["on", "off", "fixed", "starting_at"];

    public static RunningAverage ReadRunningAverage(OptionReader options, RunningAverage absent)
    {
        if (options.Optional("running_average") is not { } average) return absent;
        var kind = average.Text("kind");
        var result = kind switch
        {
            "update_rate" => Rate(average),
            "cumulative" => RunningAverage.Cumulative,
            "auto" => RunningAverage.Auto,
            _ => throw LayerErrors.BadConfiguration(average.Where, $"the running average '{kind}'", DidYouMean.Remedy(kind, Averages)),
        };
        average.Finish();
        return result;
    }

    public static void Write(OptionWriter options, RunningAverage average) => options.Object("running_average", inner =>
    {
        inner.Text("kind", !average.StartsCumulative ? "update_rate" : average.Rate == 0 ? "cumulative" : "auto");
        if (!average.StartsCumulative) inner.Number("rate", average.Rate);
    });

    public static AffineParameter ReadAffine(OptionReader options, string name, AffineParameter absent)
    {
        if (options.Optional(name) is not { } affine) return absent;
        var kind = affine.Text("kind");
        var result = kind switch
        {
            "on" => AffineParameter.On,
            "off" => AffineParameter.Off,
            "fixed" => AffineParameter.Fixed(affine.Number("value")),
            "starting_at" => AffineParameter.StartingAt(affine.Number("value")),
            _ => throw LayerErrors.BadConfiguration(affine.Where, $"the kind '{kind}'", DidYouMean.Remedy(kind, Affines)),
        };
        affine.Finish();
        return result;
    }

    public static void Write(OptionWriter options, string name, AffineParameter affine) => options.Object(name, inner =>
    {
        inner.Text("kind", affine switch { { IsPresent: false } => "off", { IsTrained: false } => "fixed", { Initial: null } => "on", _ => "starting_at" });
        if (affine.Initial is { } value) inner.Number("value", value);
    });

    public static BatchRenormalization? ReadRenormalization(OptionReader options)
    {
        if (options.Optional("renormalization") is not { } inner) return null;
        var defaults = BatchRenormalization.Default;
        var result = new BatchRenormalization
        {
            MaximumRatio = inner.Number("maximum_ratio", defaults.MaximumRatio),
            MaximumOffset = inner.Number("maximum_offset", defaults.MaximumOffset),
            PlainUpdates = inner.Integer("plain_updates", defaults.PlainUpdates),
            RatioUpdates = inner.Integer("ratio_updates", defaults.RatioUpdates),
            OffsetUpdates = inner.Integer("offset_updates", defaults.OffsetUpdates),
        };
        inner.Finish();
        return result;
    }

    public static void Write(OptionWriter options, BatchRenormalization value) => options.Object("renormalization", inner =>
    {
        inner.Number("maximum_ratio", value.MaximumRatio);
        inner.Number("maximum_offset", value.MaximumOffset);
        inner.Integer("plain_updates", value.PlainUpdates);
        inner.Integer("ratio_updates", value.RatioUpdates);
        inner.Integer("offset_updates", value.OffsetUpdates);
    });

    private static RunningAverage Rate(OptionReader average)
    {
        var rate = average.Number("rate");
        return rate is > 0 and <= 1 ? RunningAverage.UpdateRate(rate) : throw LayerErrors.BadConfiguration(average.Where, $"the rate {rate}", "a number in (0, 1]");
    }
}
