using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Neural.Diagnostics;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;

namespace MLNet.DeepExt.Transforms;

/// <summary>Says of every row what each feature contributes to what a fitted network predicts.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator Characteristics
/// | | |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | The features that the network was trained on, a known-sized vector of <xref:System.Single> |
/// | Output column data type | A vector of <xref:System.Single> of the same length, with the same slot names |
/// | Exportable to ONNX | No |
///
/// A contribution above 0 speaks for what is explained, one below 0 against it. Explained is the logit of the predicted class, the logit of
/// yes, or the predicted number in its units; or another output, if it is named. Methods are
/// <xref:MLNet.DeepExt.Neural.Diagnostics.IntegratedGradients> and <xref:MLNet.DeepExt.Neural.Diagnostics.GradientTimesInput>.
/// A row with NaN or infinite features has NaN contributions.
/// ]]></format>
/// </remarks>
public sealed class FeatureContributionEstimator : IEstimator<FeatureContributionTransformer>
{
    private readonly IHost _host;
    private readonly FeatureContributionTransformer _transformer;

    internal FeatureContributionEstimator(
        IHostEnvironment environment, InputOutputColumnPair columns, Network<float> network, Loss loss, Attribution method, int? output)
    {
        _host = environment.Register(nameof(FeatureContributionEstimator));
        _transformer = new FeatureContributionTransformer(_host, columns, network, loss, method, output);
    }

    /// <summary>Makes the transformer; there is nothing to learn.</summary>
    /// <param name="input">The data; no row of it is read.</param>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or is of another type.</exception>
    public FeatureContributionTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _transformer.GetOutputSchema(input.Schema);
        return _transformer;
    }

    /// <summary>The schema after the transformer.</summary>
    /// <param name="inputSchema">The schema of the data before it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or is of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        InputOutputColumnPair columns = _transformer.Columns[0];
        SchemaShape.Column features = SchemaShapes.Require(
            _host, inputSchema, "feature", SchemaShapes.Vector(columns.InputColumnName, NumberDataViewType.Single));
        SchemaShape.Column[] names =
            SchemaShapes.TryFind(features.Annotations, AnnotationKinds.SlotNames, out SchemaShape.Column slots) ? [slots] : [];
        return SchemaShapes.Extend(inputSchema, [SchemaShapes.Vector(columns.OutputColumnName, NumberDataViewType.Single, names)]);
    }
}
