using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Data;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;

namespace MLNet.DeepExt.Trainers;

/// <summary>A network that no trainer of the face has trained, as what a transformer is made of: with columns, and names of its outputs.</summary>
internal static class GivenNetwork
{
    private const string LabelColumnName = "Label"; // of a training that was not here

    /// <summary>What a transformer is made of. The network is copied, so that to train it further changes no transformer.</summary>
    /// <param name="network">The network; its outputs are logits, or numbers in the units of <paramref name="loss"/>.</param>
    /// <param name="loss">What its outputs mean.</param>
    /// <param name="featureColumnName">The column of features.</param>
    /// <param name="label">The type of the label.</param>
    /// <param name="annotations">The names of classes, labels or targets.</param>
    /// <exception cref="ArgumentException">Loss and network do not fit.</exception>
    public static NetworkContent Content(
        Network<float> network, Loss loss, string featureColumnName, DataViewType label, DataViewSchema.Annotations? annotations = null)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(featureColumnName, new VectorDataViewType(NumberDataViewType.Single, network.Spec.Inputs));
        builder.AddColumn(LabelColumnName, label, annotations);
        return new NetworkContent
        {
            FeatureColumnName = featureColumnName,
            LabelColumnName = LabelColumnName,
            TrainSchema = builder.ToSchema(),
            Model = new NeuralNetworkModelParameters(network.ConvertTo<float>(), histories: []),
            Loss = loss,
        };
    }

    /// <summary>Names of outputs as an annotation; null, which is none, stays none.</summary>
    /// <exception cref="ArgumentException">There are not as many as outputs, or two are the same.</exception>
    public static DataViewSchema.Annotations? Names(string kind, IReadOnlyList<string>? names, Network<float> network, string parameter)
    {
        if (names is null)
            return null;
        if (names.Count != network.Spec.Outputs)
        {
            throw new ArgumentException(
                $"{parameter} has {names.Count} names but the network has {network.Spec.Outputs} outputs; give one for each, in their order.",
                parameter);
        }

        string[] repeated = [.. names.GroupBy(name => name).Where(group => group.Count() > 1).Select(group => group.Key)];
        return repeated.Length == 0
            ? new AnnotationBuilder().Texts(kind, [.. names]).Build()
            : throw new ArgumentException($"{parameter} has {NameList.Of(repeated)} more than once; names tell outputs apart.", parameter);
    }

    /// <summary>Demands one output.</summary>
    /// <param name="network">The network.</param>
    /// <param name="remedy">What to do with several.</param>
    /// <exception cref="ArgumentException">There are several.</exception>
    public static void RequireOneOutput(Network<float> network, string remedy)
    {
        if (network.Spec.Outputs != 1)
            throw new ArgumentException($"The network has {network.Spec.Outputs} outputs but one is needed; {remedy}.", nameof(network));
    }
}
