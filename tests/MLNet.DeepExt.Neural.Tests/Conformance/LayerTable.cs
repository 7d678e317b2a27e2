using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Networks;

namespace MLNet.DeepExt.Neural.Tests.Conformance;

/// <summary>Every kind of layer, in small networks that end in three logits. A new kind is one more row.</summary>
internal static class LayerTable
{
    public const int Inputs = 6;
    public const int Outputs = 3;

    private static readonly Dictionary<string, NetworkSpec> Rows = new()
    {
        ["Dense"] = Start.Dense(Outputs),
        ["Dense without bias"] = Start.Then(new Dense(Outputs) { UseBias = false }),
        ["Dense wider than a strip"] = Start.Dense(37).Dense(Outputs),
        ["CategoryEmbedding"] = Start.EmbedCategories(new CategoryRange(1, 3, 2)).Dense(Outputs),
        ["CategoryEmbedding of everything"] = Start.EmbedCategories(new CategoryRange(0, 2, 20), new CategoryRange(2, 4, 3)).Dense(Outputs),
        ["CategoryEmbedding behind another layer"] = Start.Dense(5).Relu().EmbedCategories(CategoryRange.Of(1, 4)).Dense(Outputs),
        ["CategoryEmbedding of values that are seen"] =
            Start.EmbedCategories(new CategoryRange(0, 3, 2) { Seen = [0, 2] }, new CategoryRange(4, 2, 3) { Seen = [] }).Dense(Outputs),
        ["BatchNorm"] = Start.Dense(7).BatchNorm().Dense(Outputs),
        ["BatchNorm first"] = Start.BatchNorm().Dense(Outputs),
        ["BatchNorm last"] = Start.Dense(Outputs).BatchNorm(),
        ["LayerNorm"] = Start.Dense(7).LayerNorm().Dense(Outputs),
        ["LayerNorm first"] = Start.LayerNorm().Dense(Outputs),
        ["LayerNorm last"] = Start.Dense(Outputs).LayerNorm(),
        ["LayerNorm wider than a strip"] = Start.Dense(37).Sigmoid().LayerNorm().Tanh().Dense(Outputs),
        ["Dropout"] = Start.Dense(19).Dropout(0.6f).Dense(Outputs),
        ["Linear"] = Start.Dense(5).Then(new Linear()).Dense(Outputs),
        ["Sigmoid"] = Start.Dense(5).Sigmoid().Dense(Outputs),
        ["Tanh"] = Start.Dense(5).Tanh().Dense(Outputs),
        ["Relu"] = Start.Dense(5).Relu().Dense(Outputs),
        ["LeakyRelu"] = Start.Dense(5).LeakyRelu(0.2).Dense(Outputs),
        ["Elu"] = Start.Dense(5).Elu(0.7).Dense(Outputs),
        ["Selu"] = Start.Dense(5).Selu().Dense(Outputs),
        ["Gelu"] = Start.Dense(5).Gelu().Dense(Outputs),
        ["Gelu by tanh"] = Start.Dense(5).Gelu(tanhApproximation: true).Dense(Outputs),
        ["Swish"] = Start.Dense(5).Swish().Dense(Outputs),
        ["Mish"] = Start.Dense(5).Mish().Dense(Outputs),
        ["Softplus"] = Start.Dense(5).Softplus(1.5).Dense(Outputs),
        ["activations that read x, first, last and one after the other"] =
            Start.Swish().Dense(19).Gelu().Mish().Dropout(0.7f).Softplus().Relu().Dense(Outputs).Swish(),
        ["Sequential"] = Start.Sequential("hidden", inner => inner.Dense(5).BatchNorm().Tanh()).Dense(Outputs),
        ["Residual"] = Start.Dense(5).Residual(inner => inner.BatchNorm().Relu().Dense(7).Tanh().Dense(5)).Sigmoid().Dense(Outputs),
        ["Residual first and last"] = Start.Residual(inner => inner.Dense(Inputs)).Dense(Outputs).Residual(inner => inner.Tanh().Dense(Outputs)),
        ["Residual of element-wise layers"] = Start.Dense(19).Residual(inner => inner.Relu()).Residual(inner => inner.Swish().Dropout(0.7f)).Dense(Outputs),
        ["Residual in Residual"] = Start.Dense(5).Residual(outer => outer.Residual(inner => inner.Dense(5).Tanh()).LayerNorm().Dense(5)).Dense(Outputs),
        ["Members"] = Start.Members(3, inner => inner.MemberScaling(randomSigns: true).Dense(5).MemberScaling(useBias: true).Tanh().Dense(Outputs)),
        ["Members with heads"] = Start.Dense(19).Tanh().Members(4, inner => inner.MemberScaling(true).Dense(18).Relu().MemberDense(Outputs)),
        ["Members wider than a strip"] = Start.Members(2, inner => inner.MemberDense(37).Gelu().MemberDense(18).MemberScaling()).Dense(Outputs),
        ["Members with all else"] = Start.Members(3, inner => inner.MemberScaling(true).Dense(21).BatchNorm().Relu().Dropout(0.7f)
            .Residual(block => block.LayerNorm().Dense(21).Swish()).EmbedCategories(new CategoryRange(1, 3, 2)).MemberDense(Outputs)),
        ["all together"] = Start.Dense(33).BatchNorm().Relu().Dropout(0.8f).Dense(18).BatchNorm().Tanh()
            .Dense(9).LeakyRelu().Dense(5).Sigmoid().Dense(Outputs),
    };

    private static NetworkSpec Start => NetworkSpec.Input(Inputs);

    public static IEnumerable<string> Names => Rows.Keys;

    public static NetworkSpec Spec(string name) => Rows[name];
}
