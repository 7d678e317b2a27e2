using Microsoft.ML.Data;

namespace MLNet.DeepExt.Interop.Schemas;

/// <summary>Columns of images, which ML.NET has in a package beside it.</summary>
internal static class ImageColumns
{
    // By name: the package that has it is there only where a program has images.
    private const string ImageType = "Microsoft.ML.Data.MLImage";

    /// <summary>Whether values of a type are images.</summary>
    public static bool AreOf(DataViewType type) => type.RawType.FullName == ImageType;
}
