using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Interop.Schemas;

namespace MLNet.DeepExt.Transforms;

/// <summary>Makes features of images, whatever form they come in: numbers from 0 to 1, row by row of the picture.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator Characteristics | | | | -- | -- | | Does this estimator need to look at the data to train its parameters? | No | | Input column
/// data type | <xref:Microsoft.ML.Data.MLImage>, or a known-sized vector of <xref:System.Byte> or <xref:System.Single> | | Output column data type
/// | Known-sized vector of <xref:System.Single> | | Exportable to ONNX | Yes, but for columns of MLImage |
///
/// * An MLImage (of the package Microsoft.ML.ImageAnalytics, which the program brings along) of any size is brought to the given height and width:
/// every pixel is the mean of the part of the picture that it covers, so that shrinking loses no line. Gray is 0.299·red + 0.587·green +
/// 0.114·blue, transparency is left out. A row without an image has NaN, which trainers of this library leave out with a warning and predict as
/// missing. * Bytes and floats are pixels already, as many as height · width · colors: they are divided by 255, or by Options.Maximum. * Numbers
/// stand row by row, the colors of a pixel together (height, width, colors). ]]></format>
/// </remarks>
public sealed class ImageFeaturesEstimator : IEstimator<ImageFeaturesTransformer>
{
    private readonly IHost _host;
    private readonly Options _options;

    internal ImageFeaturesEstimator(IHostEnvironment environment, Options options)
    {
        _host = environment.Register(nameof(ImageFeaturesEstimator));
        if (options.FindFault() is { } fault)
            throw _host.Process(fault.ToException());
        _options = options.Copy();
    }

    /// <summary>Makes the transformer; there is nothing to learn.</summary>
    /// <param name="input">The data; no row of it is read.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or is of another type.</exception>
    public ImageFeaturesTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var transformer = new ImageFeaturesTransformer(_host, _options.Columns, _options.Layout, _options.Maximum);
        GetOutputSchema(SchemaShapes.Of(input.Schema));
        DataViewSchema.Column column = input.Schema[_options.Columns.InputColumnName];
        return transformer.Takes(column.Type)
            ? transformer
            : throw transformer.Wrong(column, "set Height, Width and Colors to those of the images");
    }

    /// <summary>The schema after the transformer.</summary>
    /// <param name="inputSchema">The schema of the data before it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or is of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        string name = _options.Columns.InputColumnName;
        SchemaShape.Column input = SchemaShapes.RequireName(_host, inputSchema, "input", name);
        SchemaShape.Column[] pixels = [SchemaShapes.Vector(name, NumberDataViewType.Single), SchemaShapes.Vector(name, NumberDataViewType.Byte)];
        if (!ImageColumns.AreOf(input.ItemType) && !Array.Exists(pixels, column => SchemaShapes.Fits(column, input)))
        {
            throw _host.WrongColumnType(
                nameof(inputSchema), "input", name, "MLImage, Vector<Byte> or Vector<Single>", SchemaShapes.TypeName(input),
                ColumnRemedy.OfImages(pixels, input));
        }

        return SchemaShapes.Extend(inputSchema,
        [
            SchemaShapes.Vector(
                _options.Columns.OutputColumnName, NumberDataViewType.Single,
                SchemaShapes.Scalar(AnnotationKinds.IsNormalized, BooleanDataViewType.Instance)),
        ]);
    }

    /// <summary>What can be set on <see cref="ImageFeaturesEstimator"/>.</summary>
    public sealed class Options
    {
        /// <summary>The column of features that is added. Default Features.</summary>
        public string OutputColumnName { get; set; } = "Features";

        /// <summary>The column of images. Default Image.</summary>
        public string InputColumnName { get; set; } = "Image";

        /// <summary>Pixels from top to bottom, at least 1. Default 28.</summary>
        public int Height { get; set; } = 28;

        /// <summary>Pixels from left to right, at least 1. Default 28.</summary>
        public int Width { get; set; } = 28;

        /// <summary>Which numbers stand for a pixel. Default <see cref="ImageColors.Gray"/>.</summary>
        public ImageColors Colors { get; set; } = ImageColors.Gray;

        /// <summary>What becomes 1 where the column has bytes or floats, above 0. Default 255; 1 leaves floats as they are.</summary>
        public float Maximum { get; set; } = 255;

        internal InputOutputColumnPair Columns => new(OutputColumnName, InputColumnName);

        internal ImageLayout Layout => new(Height, Width, Colors);

        internal Options Copy() => (Options)MemberwiseClone();

        internal OptionFault? FindFault() =>
            string.IsNullOrEmpty(OutputColumnName) ? new(nameof(OutputColumnName), "OutputColumnName is empty; name the column for the features.")
            : string.IsNullOrEmpty(InputColumnName) ? new(nameof(InputColumnName), "InputColumnName is empty; name the column of images.")
            : Height < 1 || Width < 1 ? new(
                nameof(Height), Invariant($"Height and Width must be at least 1 but are {Height} and {Width}; 28 and 28 are the default."))
            : (long)Height * Width > Array.MaxLength / 3 ? new(
                nameof(Height), Invariant($"{Height} × {Width} pixels are more than one array can hold; use fewer."))
            : EnumFault.Find(nameof(Colors), Colors, "use Gray where colors do not matter") is { } ofColors ? ofColors
            : !(Maximum > 0 && float.IsFinite(Maximum)) ? new(
                nameof(Maximum), Invariant($"Maximum must be above 0 and finite but is {Maximum}; 255 is that of bytes."))
            : null;

        private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
    }
}
