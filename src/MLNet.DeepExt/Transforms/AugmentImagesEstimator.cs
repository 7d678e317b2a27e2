using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Data;
using MLNet.DeepExt.Interop;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Interop.Training;
using MLNet.DeepExt.Neural.Augmentations;

namespace MLNet.DeepExt.Transforms;

/// <summary>
/// Changes pictures while a pipeline is fitted, as a recipe says, so that what is trained on varies as what is predicted later will:
/// turned, shifted, distorted.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator Characteristics
/// | | |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | A known-sized vector of <xref:System.Single>, or `MLImage` |
/// | Output column data type | The same as the input column |
/// | Exportable to ONNX | Yes: nothing happens at prediction |
///
/// * Vectors are pictures of the size that the recipe says (`OnImages(height, width, channels)`) or, where it says none, that the type of
///   the column has: (height, width), (height, width, channels), or (channels, height, width), where the channels are at most 4 and the
///   other end is more. An `MLImage` has its own size, whatever the recipe says, its numbers are from 0 to 1 while it is augmented, and it
///   comes out with full opacity.
/// * **Copies** 0 replaces each row by an augmented version. n > 0 has each row, as it is, followed by n augmented versions of it, with
///   all other columns (labels, weights) repeated.
/// * What is drawn is a function of the seed, the number of the row and the number of the copy: every reading, thus every epoch, gives the
///   same rows. `Options.Augmentation` of the trainers draws other changes in every epoch, which is worth more, costs less, and mixes rows too; this
///   is for trainers that cannot, and to write augmented pictures down.
/// * With copies, a trainer that sets rows aside for validation by itself has versions of one row on both sides, and stops too late: give
///   it validation data, `pipeline.Fit(train, validation)`, or no validation.
/// * A recipe that mixes rows with others (MixUp, SwapNoise) is refused: here, no row knows of others.
/// * Only in Fit of the pipeline: see <xref:MLNet.DeepExt.Interop.TrainingTimeTransformer>, also for chains within chains. Validation
///   data, and whatever the fitted model transforms, stays as it is. A missing image stays missing.
/// ]]></format>
/// </remarks>
public sealed class AugmentImagesEstimator : IEstimator<TrainingTimeTransformer>
{
    internal const string InputTypes = "known-size vector of Single or MLImage";

    private readonly IHost _host;
    private readonly Options _options;
    private readonly InputOutputColumnPair _columns;
    private readonly int _seed;

    internal AugmentImagesEstimator(IHostEnvironment environment, Options options)
    {
        _host = environment.Register(nameof(AugmentImagesEstimator));
        if (options.FindFault() is { } fault)
            throw _host.Process(fault.ToException());
        Validate(options.Recipe!);
        _options = options.Copy();
        _columns = new InputOutputColumnPair(_options.OutputColumnName, _options.InputColumnName ?? _options.OutputColumnName);
        _seed = _options.Seed ?? _host.Rand.Next();
    }

    /// <summary>Makes the transformer; there is nothing to learn.</summary>
    /// <param name="input">The training data, of which no row is read.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or is of another type.</exception>
    /// <exception cref="ArgumentException">The recipe does not fit the column.</exception>
    public TrainingTimeTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        GetOutputSchema(SchemaShapes.Of(input.Schema));
        DataViewSchema.Column column = input.Schema[_columns.InputColumnName];
        ColumnChange change = ImageColumns.AreOf(column.Type)
            ? new ImageAugmentation(_options.Recipe!, _seed)
            : new PixelAugmentation(Bind(column), _seed);
        change.Check(_host, column);
        return new TrainingTimeTransformer(_host, _columns, change, _options.Copies);
    }

    /// <summary>The schema after the fitted transformer.</summary>
    /// <param name="inputSchema">The schema of the data before it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or is of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        string name = _columns.InputColumnName;
        SchemaShape.Column input = SchemaShapes.RequireName(_host, inputSchema, "input", name);
        bool isVector = input.Kind == SchemaShape.Column.VectorKind.Vector && input.ItemType.Equals(NumberDataViewType.Single);
        if (!isVector && !ImageColumns.AreOf(input.ItemType))
        {
            throw _host.WrongColumnType(
                nameof(inputSchema), "input", name, InputTypes, SchemaShapes.TypeName(input),
                ColumnRemedy.OfImages([SchemaShapes.Vector(name, NumberDataViewType.Single)], input));
        }

        return SchemaShapes.Extend(inputSchema, [SchemaShapes.Renamed(input, _columns.OutputColumnName, [.. input.Annotations])]);
    }

    private void Validate(AugmentationRecipe recipe)
    {
        try
        {
            recipe.Validate();
        }
        catch (ArgumentException exception)
        {
            throw _host.Process(exception);
        }
    }

    private AugmentationRecipe Bind(DataViewSchema.Column column)
    {
        try
        {
            return RecipeBinding.Bind(_options.Recipe!, column);
        }
        catch (ArgumentException exception)
        {
            throw _host.Process(exception);
        }
    }

    /// <summary>What can be set on <see cref="AugmentImagesEstimator"/>.</summary>
    public sealed class Options
    {
        /// <summary>The column to make. Default Features.</summary>
        public string OutputColumnName { get; set; } = "Features";

        /// <summary>The column of pictures. Null, the default, is <see cref="OutputColumnName"/>.</summary>
        public string? InputColumnName { get; set; }

        /// <summary>What is done to the pictures. It has to be set.</summary>
        public AugmentationRecipe? Recipe { get; set; }

        /// <summary>How many augmented versions follow each row, from 0 to 10,000. 0, the default, replaces each row by one.</summary>
        public int Copies { get; set; }

        /// <summary>
        /// The seed of all that is drawn; null, the default, draws one from the seed of the context when the estimator is made, so that a
        /// context with a seed gives the same rows each time.
        /// </summary>
        public int? Seed { get; set; }

        internal Options Copy() => (Options)MemberwiseClone();

        internal OptionFault? FindFault() =>
            string.IsNullOrEmpty(OutputColumnName) ? new(nameof(OutputColumnName), "OutputColumnName is empty; name the column to make.")
            : InputColumnName is "" ? new(
                nameof(InputColumnName), "InputColumnName is empty; use null to augment the column that OutputColumnName names.")
            : Recipe is null ? new(nameof(Recipe), "Recipe is null; say what is to be done, such as Augment.Rotate(15).")
            : Recipe.MixesRows
                ? new(
                    nameof(Recipe),
                    "Recipe mixes rows with others, of which this transform knows none; give it to the trainer, as Options.Augmentation.")
            : Copies is < 0 or > RowVersions.MostCopies ? new(nameof(Copies), string.Create(
                CultureInfo.InvariantCulture,
                $"Copies must be from 0 to {RowVersions.MostCopies} but is {Copies}; 0 replaces each row by its augmented version."))
            : null;
    }
}
