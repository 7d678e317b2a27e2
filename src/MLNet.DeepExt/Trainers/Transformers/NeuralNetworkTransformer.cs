using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop;
using MLNet.DeepExt.Neural.Networks;

namespace MLNet.DeepExt.Trainers;

/// <summary>
/// What the transformers of all trainers of neural networks have in common. Immutable, and safe to use from several threads.
/// </summary>
public abstract class NeuralNetworkTransformer : PredictionTransformer<NeuralNetworkModelParameters>
{
    private protected NeuralNetworkTransformer(IHost host, NetworkContent content, Predictor predictor)
        : base(host, content.Model, predictor, content.FeatureColumnName)
    {
        Content = content;
    }

    /// <summary>The name that the label column had in training. It is not needed to predict.</summary>
    public string LabelColumnName => Content.LabelColumnName;

    internal NetworkContent Content { get; }

    /// <summary>
    /// Its type, the columns of features and label, and the layers, such as <c>NeuralNetworkRegressionTransformer: Features (4) →
    /// Dense(8) → Relu → Dense(1), trained on Label</c>.
    /// </summary>
    public sealed override string ToString() => FormattableString.Invariant(
        $"{GetType().Name}: {FeatureColumnName} ({Model.Spec.Inputs}) → {string.Join(" → ", Model.Spec.Layers)}, trained on {LabelColumnName}");

    private protected override void SaveContent(BinaryWriter writer) => Content.Write(Host, writer);
}
